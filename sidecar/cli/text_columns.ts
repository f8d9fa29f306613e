/** How wide text is in a terminal, without Intl, which costs the sidecar 5 MB of memory. */

/** Marks that stand on the character before them, and joiners: they take no column. */
const NO_COLUMN = /^[\p{M}\u200b-\u200d\ufe0e\ufe0f]$/u;

/**
 * Characters that take two columns, as UAX #11 counts them by default: the scripts of East Asia
 * with their punctuation, full-width forms, and emoji that are shown as pictures.
 */
const TWO_COLUMNS =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]$/u;

/** Half-width forms of those scripts. */
const HALF_WIDTH = /^[\uff61-\uffdc]$/;

/** Columns that a text takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

/** The text, filled up with spaces. */
export function paddedTo(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}

/** The text if it fits, else its begin and "…". */
export function cutToColumns(text: string, columns: number): string {
  return columnsOf(text) <= columns ? text : `${beginOf(whole(text), columns - 1)}…`;
}

/** The text if it fits, else its begin, "…" and its end: names often differ in their ends. */
export function shortenedTo(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  const characters = whole(text);
  const begin = beginOf(characters, Math.ceil((columns - 1) / 2));
  const end = endOf(characters, columns - 1 - columnsOf(begin));
  return `${begin.trimEnd()}…${end.trimStart()}`;
}

/** Characters with the marks that stand on them. */
function whole(text: string): string[] {
  const characters: string[] = [];
  for (const character of text) {
    const before = characters.at(-1);
    if (before !== undefined && columnsOfCharacter(character) === 0) {
      characters[characters.length - 1] = before + character;
    } else characters.push(character);
  }
  return characters;
}

function beginOf(characters: readonly string[], columns: number): string {
  let begin = "";
  let left = columns;
  for (const character of characters) {
    left -= columnsOf(character);
    if (left < 0) break;
    begin += character;
  }
  return begin;
}

function endOf(characters: readonly string[], columns: number): string {
  let end = "";
  let left = columns;
  for (const character of characters.toReversed()) {
    left -= columnsOf(character);
    if (left < 0) break;
    end = character + end;
  }
  return end;
}

function columnsOfCharacter(character: string): number {
  if (NO_COLUMN.test(character)) return 0;
  return TWO_COLUMNS.test(character) && !HALF_WIDTH.test(character) ? 2 : 1;
}
