import type { ObsAccess } from "./obs_access.ts";

/** Longest wait for the end of a change, and how often it is looked for. */
const LONGEST_CHANGE_MS = 3000;
const LOOK_MS = 50;

/**
 * An OBS that is asked nothing while it changes its profile or scene collection: that can crash it
 * (obs-websocket issue 1275).
 */
export function gatedAccess(access: ObsAccess, isChanging: () => boolean): ObsAccess {
  async function settled(): Promise<void> {
    for (let waitedMs = 0; isChanging(); waitedMs += LOOK_MS) {
      if (waitedMs >= LONGEST_CHANGE_MS) {
        throw new Error("OBS is changing its profile or scene collection, or is closing.");
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }
  return {
    ...access,
    batch: async (requests) => {
      await settled();
      return await access.batch(requests);
    },
    listenToMeters: async (onMeters, options) => {
      await settled();
      await access.listenToMeters(onMeters, options);
    },
  };
}
