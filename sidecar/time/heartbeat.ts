/** The one rhythm of all that is looked at from time to time. */
export interface Heartbeat {
  /**
   * Calls `look` about once a second until disposed of. Looks run one after another, ahead of
   * everything else: each takes microseconds and must not throw.
   */
  add(look: () => void): Disposable;
}

/** What another program changes must be in force within 2 s. */
const EVERY_MS = 1000;

/**
 * Makes a heartbeat. Its timer runs while there is something to look at, and it is one for all:
 * with a timer of their own, five looks a second wake an idle Deno five times, at 0.2 ms each.
 */
export function createHeartbeat({ everyMs = EVERY_MS }: { everyMs?: number } = {}): Heartbeat {
  const looks = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;

  function beat(): void {
    for (const look of [...looks]) if (looks.has(look)) look();
  }

  return {
    add(look) {
      const own = () => look();
      looks.add(own);
      timer ??= setInterval(beat, everyMs);
      return {
        [Symbol.dispose]() {
          looks.delete(own);
          if (looks.size > 0) return;
          clearInterval(timer);
          timer = undefined;
        },
      };
    },
  };
}

/** The sidecar's. */
export const systemHeartbeat: Heartbeat = createHeartbeat();
