/** What is read of OBS's answers, and shown of it, in plain and bounded form. */
import { cleanText } from "../../../shared/text.ts";

/** Longest name of a source or scene that is shown. */
const MAX_SHOWN = 60;

/** Most names in one sentence. */
const MAX_NAMES = 5;

/** A name from outside as it is shown: one harmless line, in quotation marks. */
export function quoted(name: string): string {
  return `"${cleanText(name, MAX_SHOWN) || "unnamed"}"`;
}

/** Names in a sentence: the first ones, and how many more there are. */
export function namesIn(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(", ");
  const more = names.length - MAX_NAMES;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** A number with at most `digits` decimals, without zeros at its end. */
export function rounded(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}
