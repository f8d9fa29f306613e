/// <reference lib="dom" />
import { effect } from "@preact/signals";
import type { Link } from "./models/link.ts";

/** Under this name the theme outlives a reload, so that the page does not flash in the other. */
const STORAGE_KEY = "obs-telemetry-theme";

/** The parts of a browser window that the theme is set through. */
export interface ThemePlace {
  document: { documentElement: { dataset: DOMStringMap } };
  sessionStorage: Pick<Storage, "getItem" | "setItem">;
}

/** Gives the page the theme that the sidecar names: `data-theme` on the root element. */
export function followTheme(
  { config }: Pick<Link, "config">,
  { document, sessionStorage }: ThemePlace,
): () => void {
  const { dataset } = document.documentElement;
  try {
    if (sessionStorage.getItem(STORAGE_KEY) === "light") dataset["theme"] = "light";
  } catch {
    // A browser that forbids storage begins dark.
  }
  return effect(() => {
    const theme = config.value?.theme;
    if (theme === undefined) return;
    // Setting it draws every chart anew, even where it says the same.
    if (dataset["theme"] !== theme) dataset["theme"] = theme;
    try {
      sessionStorage.setItem(STORAGE_KEY, theme);
    } catch {
      // As above.
    }
  });
}
