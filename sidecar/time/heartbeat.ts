import type { Log } from "../log/log.ts";

/** The one rhythm of all that is looked at from time to time. */
export interface Heartbeat {
  /**
   * Calls `look` about once a second until disposed of. Looks run one after another, ahead of
   * everything else: each takes microseconds. One that throws does not keep the others back.
   */
  add(look: () => void): Disposable;
}

/** A heartbeat and its end: disposed of, it calls nobody any more. */
export interface OwnedHeartbeat extends Heartbeat, Disposable {}

/** What a heartbeat needs. */
export interface HeartbeatOptions {
  log: Pick<Log, "error">;
  everyMs?: number;
}

/** What another program changes must be in force within 2 s. */
const EVERY_MS = 1000;

/**
 * Makes a heartbeat. Its timer runs while there is something to look at, and it is one for all:
 * with a timer of their own, five looks a second wake an idle Deno five times, at 0.2 ms each.
 */
export function createHeartbeat({ log, everyMs = EVERY_MS }: HeartbeatOptions): OwnedHeartbeat {
  const looks = new Set<() => void>();
  /** Those that threw when they were called last. */
  const failing = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let hasEnded = false;

  function beat(): void {
    for (const look of [...looks]) if (looks.has(look)) call(look);
  }

  function call(look: () => void): void {
    try {
      look();
      failing.delete(look);
    } catch (error) {
      if (failing.has(look)) return;
      failing.add(look);
      log.error("The sidecar cannot look for changes, by a mistake of its own.", error);
    }
  }

  function take(look: () => void): void {
    looks.delete(look);
    failing.delete(look);
    if (looks.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  }

  return {
    add(look) {
      const own = () => look();
      if (!hasEnded) {
        looks.add(own);
        timer ??= setInterval(beat, everyMs);
      }
      return { [Symbol.dispose]: () => take(own) };
    },
    [Symbol.dispose]() {
      hasEnded = true;
      for (const look of [...looks]) take(look);
    },
  };
}
