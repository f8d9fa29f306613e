import { pause as pauseFor } from "../time/pause.ts";
import type { ObsEndpoint } from "./endpoint.ts";

/** Between two looks for other OBS: each reads OBS's settings and asks a port or two, in some ms. */
const EVERY_MS = 60_000;

/** What the looks need. */
export interface OtherObsOptions {
  /** Where OBS may be listening now. */
  findEndpoints(): Promise<readonly ObsEndpoint[]>;
  isListening(address: { host: string; port: number }): Promise<boolean>;
  tell(message: string): void;
  /** Ends the looks. */
  signal: AbortSignal;
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  pause?(ms: number, signal: AbortSignal): Promise<void>;
}

/**
 * Looks at once and then every minute whether other OBS answer on this machine, for one alone is
 * watched: tells which one that is, and how to watch the other, once of each. Resolves when the
 * signal is aborted; never rejects.
 * @param watched the one that is watched
 */
export async function tellOfOtherObs(
  watched: ObsEndpoint,
  { findEndpoints, isListening, tell, signal, pause = pauseFor }: OtherObsOptions,
): Promise<void> {
  const seen = new Set([watched.port]);
  while (!signal.aborted) {
    // What keeps OBS's settings from being read is told while OBS is sought.
    for (const other of await findEndpoints().catch(() => [])) {
      if (seen.has(other.port) || !await isListening(other)) continue;
      if (signal.aborted) return;
      seen.add(other.port);
      tell(
        `Another OBS seems to run at ${addressOf(other)}. The one at ${addressOf(watched)} is ` +
          `watched; for the other one, set "port = ${other.port}" under [obs] in config.toml.`,
      );
    }
    await pause(EVERY_MS, signal);
  }
}

function addressOf({ host, port, configRoot }: ObsEndpoint): string {
  return `${host}:${port}${configRoot === null ? "" : ` (settings in ${configRoot})`}`;
}
