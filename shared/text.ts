/** Text that comes from outside: scene names, output names, error messages. */

/** Longest name that is passed on, in characters. */
export const MAX_NAME_LENGTH = 120;

/**
 * Characters that change the direction or visibility of the text around them (Unicode category
 * Cf, without the joiners that scripts and emoji need) and unpaired surrogates.
 */
const INVISIBLE = /(?![\u200c\u200d])[\p{Cf}\p{Cs}]/gu;

/** Control characters, line and paragraph separators, and runs of spaces. */
const SPACING = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;

/**
 * The text as one harmless line: invisible characters are taken out, control characters and runs
 * of spaces become one space, and what is longer than `maxLength` characters ends in "…".
 */
export function cleanText(text: string, maxLength: number = MAX_NAME_LENGTH): string {
  const clean = text
    .slice(0, maxLength * 8)
    .replace(INVISIBLE, "")
    .replace(SPACING, " ")
    .trim();
  const characters = Array.from(clean);
  return characters.length <= maxLength ? clean : `${characters.slice(0, maxLength - 1).join("")}…`;
}
