/** What the sidecar says while it has no connection to OBS, as far as the dock goes by it. */

/**
 * What the sidecar's words begin with where OBS runs and does not let it in: then it is no help to
 * start OBS or to switch its server on.
 */
export const OBS_REFUSED = "OBS refused";

/** What to do where OBS's WebSocket server may be off; menu words as OBS's own English has them. */
export const ENABLE_SERVER = "In OBS: Tools > WebSocket Server Settings > Enable WebSocket server";

/** Whether it is that which keeps OBS's figures away. `error`: the collector's, null without. */
export function isObsRefusal(error: string | null): boolean {
  return error?.startsWith(OBS_REFUSED) ?? false;
}
