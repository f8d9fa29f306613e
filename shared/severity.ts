/** How bad an alert is, mildest first. `error` and `critical` make the whole stream critical. */
export const SEVERITIES = ["info", "warning", "error", "critical"] as const;

/** How bad an alert is. */
export type Severity = (typeof SEVERITIES)[number];
