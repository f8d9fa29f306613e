/** What the sidecar says while it has no connection to OBS, as far as the dock goes by it. */

/**
 * What the sidecar's words begin with where OBS runs and does not let it in: then it is no help to
 * start OBS or to switch its server on.
 */
export const OBS_REFUSED = "OBS refused";

/** What they begin with where OBS runs and its WebSocket server is not found. */
export const OBS_SILENT = "OBS runs, but its WebSocket server does not answer";

/** What to do where OBS's WebSocket server may be off; menu words as OBS's own English has them. */
export const ENABLE_SERVER = "In OBS: Tools > WebSocket Server Settings > Enable WebSocket server";

/** Whether OBS keeps the sidecar out. `error`: the OBS collector's, null without. */
export function isObsRefusal(error: string | null): boolean {
  return error?.startsWith(OBS_REFUSED) ?? false;
}

/** Whether OBS runs and only its WebSocket server is missing. `error`: as above. */
export function isObsSilent(error: string | null): boolean {
  return error?.startsWith(OBS_SILENT) ?? false;
}
