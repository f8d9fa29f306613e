import type { Sink, Snapshot } from "./sink.ts";

/** Keeps the newest snapshot for whoever asks. */
export interface LatestSnapshot extends Sink {
  /** Null before the first. */
  readonly snapshot: Snapshot | null;
}

/** Makes a sink that keeps the newest snapshot. */
export function latestSnapshot(): LatestSnapshot {
  let newest: Snapshot | null = null;
  return {
    name: "latest",
    get snapshot() {
      return newest;
    },
    write(snapshot) {
      newest = snapshot;
    },
  };
}
