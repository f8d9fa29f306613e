/** The one interface all consumers of snapshots have. */
import type { Telemetry } from "../../shared/telemetry.ts";

/** A snapshot, and its JSON, encoded once for all who want it. */
export interface Snapshot {
  readonly telemetry: Telemetry;
  /** The snapshot as compact JSON in UTF-8. */
  readonly json: Uint8Array;
}

/**
 * Takes snapshots somewhere. Writes come one at a time and in order of `sequence`; while one is
 * still under way, later snapshots are passed over and only the newest is kept for after it.
 */
export interface Sink {
  readonly name: string;
  /** @throws if the snapshot could not be taken; the message says what to do. */
  write(snapshot: Snapshot): void | Promise<void>;
  /** Takes no more. The last snapshot, if there was one, has been written before. */
  close?(): void | Promise<void>;
}
