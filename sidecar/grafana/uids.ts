/** Names of the dashboards by which links find them. */
export const FLEET_UID = "obs-telemetry-fleet";
export const STREAMER_UID = "obs-telemetry-streamer";
export const OUTPUT_UID = "obs-telemetry-output";
