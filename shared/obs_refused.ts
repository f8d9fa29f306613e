/**
 * What the sidecar's words begin with where OBS runs and does not let it in: then it is no help to
 * start OBS or to switch its server on.
 */
export const OBS_REFUSED = "OBS refused";

/** Whether it is that which keeps OBS's figures away. `error`: the collector's, null without. */
export function isObsRefusal(error: string | null): boolean {
  return error?.startsWith(OBS_REFUSED) ?? false;
}
