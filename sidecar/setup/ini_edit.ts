/** Edits of ini files that change nothing but what they are asked to, each with its way back. */
import { type IniItem, iniPlaces, itemOf, sectionOf } from "./ini_places.ts";
import { splice } from "./splice.ts";

/** Where a value stands. */
export interface IniKey {
  section: string;
  key: string;
}

/** What is needed to take a value out again. */
export interface IniUndo {
  /** `=value` as it stood there before, "" for a name without `=`; null if there was no such key. */
  before: string | null;
  /** The line ends that were put in front of a new section; null if the section was there. */
  section: string | null;
  /** The line end that was put behind the value; "" if none was. */
  after: string;
}

/** Sets a value, which must be escaped. */
export function setIniValue(
  text: string,
  { section, key, value }: IniKey & { value: string },
): { text: string; undo: IniUndo } {
  const places = iniPlaces(text);
  const item = itemOf(places, { section, key });
  if (item !== null) {
    const before = text.slice(item.nameEnd, item.end);
    return {
      text: splice(text, { start: item.nameEnd, end: item.end, insert: `=${value}` }),
      undo: { before, section: null, after: "" },
    };
  }
  const eol = lineEndOf(text);
  const line = `${key}=${value}`;
  const found = sectionOf(places, section);
  if (found !== null) {
    const at = found.headingEnd;
    // A second heading on the same line: the new line must end in front of it.
    const after = text[at] === "[" ? eol : "";
    return {
      text: splice(text, { start: at, end: at, insert: eol + line + after }),
      undo: { before: null, section: null, after },
    };
  }
  const head = text.slice(0, places.end);
  const isStart = head === "" || head === "\uFEFF";
  const separator = isStart ? "" : /[\r\n]$/.test(head) ? eol : eol + eol;
  return {
    text: splice(text, {
      start: places.end,
      end: places.end,
      insert: `${separator}[${section}]${eol}${line}${eol}`,
    }),
    undo: { before: null, section: separator, after: "" },
  };
}

/**
 * Puts a value back to what it was before `setIniValue`. Whether it still is what was set, the
 * caller knows.
 */
export function unsetIniValue(
  text: string,
  { section, key, undo }: IniKey & { undo: IniUndo },
): string {
  const item = itemOf(iniPlaces(text), { section, key });
  let result = text;
  if (item !== null) {
    result = undo.before === null
      ? removeItem(text, { item, after: undo.after })
      : splice(text, { start: item.nameEnd, end: item.end, insert: undo.before });
  }
  return undo.section === null ? result : removeEmptySection(result, section, undo.section);
}

/** Takes out an item with the line end in front of it, which `setIniValue` put there. */
function removeItem(text: string, { item, after }: { item: IniItem; after: string }): string {
  let start = item.start;
  while (/[ \t]/.test(text[start - 1] ?? "")) start--;
  const lineEnd = lineEndBefore(text, start);
  // The rest of a heading's line, or the file's first.
  if (lineEnd === 0) return splice(text, { start: item.start, end: item.end, insert: "" });
  const isFollowed = after !== "" && text.startsWith(`${after}[`, item.end);
  const end = item.end + (isFollowed ? after.length : 0);
  return splice(text, { start: start - lineEnd, end, insert: "" });
}

function removeEmptySection(text: string, name: string, separator: string): string {
  const section = sectionOf(iniPlaces(text), name);
  if (section === null || section.items.length > 0) return text;
  let end = section.headingEnd;
  if (text[end] === "\r") end++;
  if (text[end] === "\n") end++;
  const head = text.slice(0, section.start);
  const start = head.endsWith(separator) ? section.start - separator.length : section.start;
  return splice(text, { start, end, insert: "" });
}

/** The line end that the file uses. */
function lineEndOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? "\n";
}

function lineEndBefore(text: string, offset: number): number {
  if (text[offset - 1] === "\n") return text[offset - 2] === "\r" ? 2 : 1;
  return text[offset - 1] === "\r" ? 1 : 0;
}
