import { isLoopback } from "../../net/loopback.ts";
import type { ObsEndpoint } from "../../obs/endpoint.ts";
import type { Fields } from "../../obs/fields.ts";
import type { ObsAnswer, ObsRequest, ObsSession } from "../../obs/session.ts";

/** What the checks need of OBS. An `ObsSession` serves them through `obsAccess`. */
export interface ObsAccess {
  /** Sends requests and gives the answers by position. @throws if OBS does not answer. */
  batch(requests: readonly ObsRequest[]): Promise<ObsAnswer[]>;
  /**
   * Listens to the volume meters for `ms` milliseconds, or until the signal is aborted.
   * @param onMeters takes the data of each `InputVolumeMeters` event
   */
  listenToMeters(
    onMeters: (data: Fields) => void,
    options: { ms: number; signal: AbortSignal },
  ): Promise<void>;
  /** Whether OBS runs on this machine: its files are looked at only then. */
  readonly local: boolean;
  /** OBS's `obs-studio` folder; null if it is not known or on another machine. */
  readonly configRoot: string | null;
}

/** An open session as the checks need it. */
export function obsAccess(
  session: Pick<ObsSession, "batch" | "listenToMeters">,
  { host, configRoot }: Pick<ObsEndpoint, "host" | "configRoot">,
): ObsAccess {
  return {
    batch: (requests) => session.batch(requests),
    listenToMeters: (onMeters, options) => session.listenToMeters(onMeters, options),
    local: isLoopback(host),
    configRoot,
  };
}
