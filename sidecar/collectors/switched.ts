import type { Collector } from "./collector.ts";

/** What a switched collector works with. */
export interface SwitchedOptions<T> {
  name: Collector<T>["name"];
  /** Whether the figures are wanted; asked at every reading. */
  isOn(): boolean;
  /** Makes the collector that reads them. */
  make(): Collector<T>;
  /** What is read while they are not wanted. */
  off: T;
}

/** A collector that exists only while its figures are wanted. */
export function createSwitchedCollector<T>(
  { name, isOn, make, off }: SwitchedOptions<T>,
): Collector<T> {
  let inner: Collector<T> | null = null;

  async function close(): Promise<void> {
    const closing = inner;
    inner = null;
    await closing?.close?.();
  }

  return {
    name,
    async collect(signal) {
      if (isOn()) return await (inner ??= make()).collect(signal);
      await close();
      return off;
    },
    close,
  };
}
