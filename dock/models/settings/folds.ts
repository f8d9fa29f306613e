import type { Settings } from "./settings.ts";
import { sectionViews } from "./sections.ts";

/** Fold of a section's settings that not everybody wants. */
export function moreFold(section: string): string {
  return `${section} more`;
}

/** Fold of one platform. */
export function platformFold(name: string): string {
  return `platforms ${name}`;
}

/** Opens or closes a fold. */
export function setFold({ openFolds }: Settings, fold: string, isOpen: boolean): void {
  if (openFolds.peek().has(fold) === isOpen) return;
  const folds = new Set(openFolds.peek());
  if (isOpen) folds.add(fold);
  else folds.delete(fold);
  openFolds.value = folds;
}

/** Opens the folds in which a setting stands. */
export function openFoldsOf(settings: Settings, key: string): void {
  const [section = "", second = ""] = key.split(".");
  setFold(settings, section, true);
  if (section === "platforms") setFold(settings, platformFold(second), true);
  const plain = sectionViews().find(({ id }) => id === section)?.plain ?? null;
  if (plain !== null && !plain.includes(second)) setFold(settings, moreFold(section), true);
}
