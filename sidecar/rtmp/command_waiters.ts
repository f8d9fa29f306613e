import type { Command } from "./command.ts";
import type { RtmpError } from "./rtmp_error.ts";

interface Waiter {
  wanted(command: Command): boolean;
  resolve(command: Command): void;
  reject(error: RtmpError): void;
}

/** Who waits for which of a server's commands. */
export class CommandWaiters {
  readonly #waiters = new Set<Waiter>();
  #failure: RtmpError | null = null;

  /** The first command from now on that `wanted` says yes to; rejects once `fail` was called. */
  wait(wanted: (command: Command) => boolean): Promise<Command> {
    const { promise, resolve, reject } = Promise.withResolvers<Command>();
    // It may fail before anybody looks.
    promise.catch(() => {});
    if (this.#failure === null) this.#waiters.add({ wanted, resolve, reject });
    else reject(this.#failure);
    return promise;
  }

  /** Gives a command to the one who has waited longest for it; drops it if there is nobody. */
  take(command: Command): void {
    for (const waiter of this.#waiters) {
      if (!waiter.wanted(command)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(command);
      return;
    }
  }

  /** Nothing comes any more. */
  fail(error: RtmpError): void {
    this.#failure = error;
    for (const waiter of this.#waiters) waiter.reject(error);
    this.#waiters.clear();
  }
}
