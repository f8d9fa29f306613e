/// <reference lib="dom" />
import { openFoldsOf } from "../../models/settings/folds.ts";
import type { Settings } from "../../models/settings/settings.ts";

/** Id of a setting's control in the page. */
export function controlId(key: string): string {
  return `setting-${key}`;
}

/** Leads the user to the first setting that is not allowed. */
export function showFirstProblem(settings: Settings): void {
  const [key] = settings.form.problems.peek().keys();
  if (key === undefined) return;
  openFoldsOf(settings, key);
  // The folds open with the next rendering.
  requestAnimationFrame(() => document.getElementById(controlId(key))?.focus());
}
