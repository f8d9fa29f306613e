import type { Config } from "../../shared/config.ts";
import { readObsTheme, type Theme } from "../obs/theme.ts";

/** Which look the dock takes. */
export interface DockTheme {
  readonly now: Theme;
  /** Looks anew, at the setting and at OBS's own; resolves when `now` is right. */
  refresh(): Promise<void>;
}

/** What it is made from. */
export interface DockThemeOptions {
  setting(): Config["dock"]["theme"];
  /** OBS's folders, likeliest first. */
  roots(): readonly string[];
  readText(path: string): Promise<string>;
  /** Called when the look is another one. */
  onChange(): void;
}

/** Follows the user's choice of a look, else that of OBS's theme. Dark until it was first read. */
export function createDockTheme(
  { setting, roots, readText, onChange }: DockThemeOptions,
): DockTheme {
  let now: Theme = "dark";
  let reading: Promise<void> = Promise.resolve();

  async function read(): Promise<void> {
    const chosen = setting();
    const next = chosen === "obs" ? await readObsTheme(roots(), { readText }) : chosen;
    if (next === now) return;
    now = next;
    onChange();
  }

  return {
    get now() {
      return now;
    },
    refresh: () => reading = reading.then(read),
  };
}
