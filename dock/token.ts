/// <reference lib="dom" />

/** Under this name the token lives as long as the dock does. */
const STORAGE_KEY = "obs-telemetry-token";

/** The parts of a browser window that the token passes through. */
export interface TokenPlace {
  location: Pick<Location, "hash" | "pathname" | "search">;
  history: Pick<History, "replaceState">;
  sessionStorage: Pick<Storage, "getItem" | "setItem">;
}

/**
 * Takes the token out of the address (`#token=…`), so that no screenshot of the address bar shows
 * it, and keeps it for reloads of this dock. Null if there is none here and none was kept.
 */
export function takeToken({ location, history, sessionStorage }: TokenPlace): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return kept(sessionStorage);
  history.replaceState(null, "", `${location.pathname}${location.search}`);
  try {
    sessionStorage.setItem(STORAGE_KEY, token);
  } catch {
    // A browser that forbids storage still has the token until the page is left.
  }
  return token;
}

function kept(storage: TokenPlace["sessionStorage"]): string | null {
  try {
    return storage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
