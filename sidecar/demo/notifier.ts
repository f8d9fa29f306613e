/** Tells those who wait that something happened. */
export interface Notifier<T> {
  /** Resolves at the next happening that `matches`; happenings before the call don't count. */
  next(matches?: (value: T) => boolean): Promise<T>;
  /** Says that it happened. */
  notify(value: T): void;
}

/** Makes a notifier. */
export function createNotifier<T>(): Notifier<T> {
  let waiting: { matches: (value: T) => boolean; resolve: (value: T) => void }[] = [];
  return {
    next(matches = () => true) {
      return new Promise((resolve) => waiting.push({ matches, resolve }));
    },
    notify(value) {
      const due = waiting.filter(({ matches }) => matches(value));
      if (due.length === 0) return;
      waiting = waiting.filter((waiter) => !due.includes(waiter));
      for (const { resolve } of due) resolve(value);
    },
  };
}
