/// <reference lib="dom" />
import { effect, type ReadonlySignal } from "@preact/signals";
import type { Link } from "./models/link.ts";

/** Under this name stands the sidecar's build for which the page was loaded again. */
const STORAGE_KEY = "obs-telemetry-reloaded-for";

/** What loads the page again. */
export interface ReloadPlace {
  location: Pick<Location, "reload">;
  sessionStorage: Pick<Storage, "getItem" | "setItem">;
}

/**
 * Loads the page again when the sidecar is of another build, as it is after an update: once for
 * each build, and not while something would be lost. A browser that forbids storage could neither
 * count nor keep the token, so there the page only says what to do.
 */
export function reloadWhenOutdated(
  { state, mayLose }: Pick<Link, "state"> & { mayLose: ReadonlySignal<boolean> },
  { location, sessionStorage }: ReloadPlace,
): () => void {
  return effect(() => {
    const link = state.value;
    if (link.kind !== "outdated" || mayLose.value) return;
    try {
      if (sessionStorage.getItem(STORAGE_KEY) === link.build) return;
      sessionStorage.setItem(STORAGE_KEY, link.build);
    } catch {
      return;
    }
    location.reload();
  });
}
