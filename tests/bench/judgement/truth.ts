/** What really happened in an evening: the yardstick for the alerts. */

/** Where trouble comes from, as the streamer must know it to help themselves. */
export const CAUSES = ["network", "gpu", "encoder", "disk", "audio", "obs", "none"] as const;

/** Where trouble comes from. */
export type Cause = (typeof CAUSES)[number];

/** Trouble of an evening, in ms from when the sidecar began to watch. */
export interface Trouble {
  /** From when on something was about to go wrong: an alert from here on is not a false one. */
  fromMs: number;
  /** From when on it did harm: the first frame lost, the connection broken, the picture soft. */
  beganMs: number;
  /** When the last harm was done and everything was as before. */
  endedMs: number;
}

/** What really happened. */
export interface Truth {
  cause: Cause;
  /** The kind of incident, as the results list it. */
  kind: string;
  /** Null in an evening without trouble. */
  trouble: Trouble | null;
  /** How long was watched, if that may have been too short to see an alert end. */
  watchedMs?: number;
  /**
   * When frames were lost to another cause: the machine that recorded a real OBS has no graphics
   * card and other work besides. An alert of that is neither false nor misleading.
   */
  besides?: readonly { cause: Cause; atMs: number }[];
}
