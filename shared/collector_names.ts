/** Names of the collectors, each the owner of its own figures. */
export const COLLECTOR_NAMES = ["obs", "system", "network", "gpu"] as const;

/** Name of a collector. */
export type CollectorName = (typeof COLLECTOR_NAMES)[number];
