import { withDeadline } from "../time/deadline.ts";
import { activeStreams } from "./obs/live.ts";
import type { ConnectObs } from "./obs/obs_check.ts";

/**
 * How often OBS is asked for its outputs while a test publishes: those of plugins send no event.
 * With OBS's answer and the client's farewell, a test ends within 500 ms after an output begins.
 */
const POLL_MS = 150;

/** After this OBS counts as hung: whether it streams cannot be known any more. */
const ANSWER_MS = 1000;

/** OBS streams, or cannot be asked: nothing may be published. The message is for the user. */
export class LiveError extends Error {
  override name = "LiveError";
}

/** Keeps tests from publishing beside a live stream. */
export interface LiveGuard {
  /** Why nothing may be published now, as a sentence; null if it may. */
  refusal(): Promise<string | null>;
  /**
   * Runs what publishes, with a signal that is aborted when an output of OBS becomes active.
   * @throws LiveError if that happened; whatever `publish` throws
   */
  during<T>(signal: AbortSignal, publish: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** What the guard needs. */
export interface LiveGuardOptions {
  connect: ConnectObs;
  /** Whether a test may be made without OBS, where nothing can be known. */
  force: boolean;
}

/** Makes the guard of one run. */
export function createLiveGuard({ connect, force }: LiveGuardOptions): LiveGuard {
  async function refusal(): Promise<string | null> {
    try {
      const obs = await connect();
      const asking = obs.batch([{ requestType: "GetOutputList" }]);
      const [answer] = await withDeadline(asking, { ms: ANSWER_MS, what: "OBS" });
      if (answer?.ok !== true) return force ? null : "OBS does not tell whether it streams.";
      const [live] = activeStreams(answer);
      return live === undefined ? null : "OBS streams, and a test would disturb the stream.";
    } catch {
      return force ? null : "OBS is not reachable, so it is not known whether it streams.";
    }
  }

  return {
    refusal,
    async during(signal, publish) {
      const first = await refusal();
      if (first !== null) throw new LiveError(first);
      const ending = new AbortController();
      const watching = new AbortController();
      let reason: string | null = null;
      const watch = async () => {
        while (!watching.signal.aborted) {
          await pause(POLL_MS, watching.signal);
          if (watching.signal.aborted) return;
          reason = await refusal();
          if (reason === null) continue;
          return ending.abort(new LiveError(reason));
        }
      };
      const watched = watch();
      try {
        return await publish(AbortSignal.any([signal, ending.signal]));
      } catch (error) {
        throw reason === null ? error : new LiveError(`The test was stopped: ${reason}`);
      } finally {
        watching.abort();
        await watched;
      }
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
