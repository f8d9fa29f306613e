import type { Network } from "../../rtmp/network.ts";
import type { Clock } from "../../time/clock.ts";

/** What the checks need to reach servers. */
export interface NetworkAccess {
  network: Network;
  clock: Clock;
  /** Longest that a server may take for each step, in milliseconds. */
  stepMs: number;
  /** Certificates in PEM that are trusted beside the system's. */
  caCerts: string[];
}
