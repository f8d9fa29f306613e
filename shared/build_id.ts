/** Put in by the build, into the sidecar and into the dock that it serves. */
declare const OBS_TELEMETRY_BUILD: string | undefined;

/**
 * Which build this is: the same in a sidecar and in the dock that was bundled with it, another one
 * after any change of their sources. `source` where nothing was bundled.
 */
export const BUILD_ID: string = typeof OBS_TELEMETRY_BUILD === "undefined"
  ? "source"
  : OBS_TELEMETRY_BUILD;
