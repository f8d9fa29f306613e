import { cleanText } from "../../shared/text.ts";

/** Last moment that a Date can tell (ECMA-262, 21.4.1.1). */
export const MAX_TIME_MS = 8.64e15;

/** What is wrong with the names of a query's parameters; null if nothing is. */
export function wrongParameter(query: URLSearchParams, known: readonly string[]): string | null {
  for (const name of query.keys()) {
    if (!known.includes(name)) {
      const there = known.length === 0 ? "is none" : `are ${known.join(", ")}`;
      return `There is no parameter "${cleanText(name)}". There ${there}.`;
    }
    if (query.getAll(name).length > 1) return `The parameter ${name} stands there twice.`;
  }
  return null;
}

/** The whole number from 0 to `max` that a text is; null if it is none. */
export function wholeNumber(text: string, max: number): number | null {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : NaN;
  return number <= max ? number : null;
}
