/** Where the parts of an ini file of OBS's are, as offsets into its text. */

/** A key and its value. */
export interface IniItem {
  name: string;
  /** Where the name begins and where it ends. */
  start: number;
  nameEnd: number;
  /** Where the value ends, in front of the line's end. From `nameEnd` to here: `=value`, or nothing. */
  end: number;
}

/** A section; libobs keeps sections of the same name apart. */
export interface IniSection {
  name: string;
  /** Where its heading's `[` is, and where the heading's line ends, in front of the line end. */
  start: number;
  headingEnd: number;
  items: IniItem[];
}

/** A whole file. */
export interface IniPlaces {
  sections: IniSection[];
  /** Where libobs stops to read: the file's end, or a heading without a name. */
  end: number;
}

/**
 * Reads a text as libobs does (obs-studio, libobs/util/config-file.c, `parse_config_data` and
 * `config_parse_section`): names and values are not trimmed, a line without `=` is passed over
 * unless the file ends with it, and a heading may be followed by an item on its own line.
 */
export function iniPlaces(text: string): IniPlaces {
  const zero = text.indexOf("\0");
  const length = zero < 0 ? text.length : zero;
  const sections: IniSection[] = [];
  let at = text.startsWith("\uFEFF") ? 1 : 0;

  const isLineEnd = (offset: number) => text[offset] === "\r" || text[offset] === "\n";
  const skipSpace = () => {
    while (at < length && /[ \t\r\n]/.test(text[at] ?? "")) at++;
  };
  const lineEnd = (from: number) => {
    let end = from;
    while (end < length && !isLineEnd(end)) end++;
    return end;
  };

  function readItems(items: IniItem[]): void {
    for (;;) {
      skipSpace();
      if (at >= length || text[at] === "[") return;
      const start = at;
      const end = lineEnd(start);
      at = end;
      if (text[start] === "#") continue;
      const equals = text.indexOf("=", start + 1);
      const found = equals >= 0 && equals < end;
      if (!found && end < length) continue;
      const nameEnd = found ? equals : end;
      items.push({ name: text.slice(start, nameEnd), start, nameEnd, end });
    }
  }

  for (;;) {
    skipSpace();
    if (at >= length) return { sections, end: length };
    if (text[at] !== "[") {
      at = lineEnd(at);
      continue;
    }
    const start = at;
    const bound = lineEnd(start);
    const bracket = text.indexOf("]", start);
    const closed = bracket >= 0 && bracket < bound;
    const name = text.slice(start + 1, closed ? bracket : bound);
    if (name === "") return { sections, end: lineStart(text, start) };
    const section: IniSection = { name, start, headingEnd: bound, items: [] };
    sections.push(section);
    at = closed ? bracket + 1 : bound;
    readItems(section.items);
    // Two headings on one line: nothing can be put in between.
    if (at < bound) section.headingEnd = at;
  }
}

/** The section that libobs finds by this name: of several, the last (uthash, `HASH_ADD`). */
export function sectionOf(places: IniPlaces, name: string): IniSection | null {
  return places.sections.findLast((section) => section.name === name) ?? null;
}

/** The item that libobs finds by this name, in the section that it finds; null if there is none. */
export function itemOf(
  places: IniPlaces,
  { section, key }: { section: string; key: string },
): IniItem | null {
  return sectionOf(places, section)?.items.findLast((item) => item.name === key) ?? null;
}

/** The item's value with `\\`, `\r` and `\n` put back; null if it has none. */
export function itemValue(text: string, item: IniItem): string | null {
  if (item.nameEnd === item.end) return null;
  return unescapeValue(text.slice(item.nameEnd + 1, item.end)).value;
}

/** A value as OBS reads it, and for each of its characters where it is in the escaped text. */
export function unescapeValue(raw: string): { value: string; offsets: number[] } {
  let value = "";
  const offsets: number[] = [];
  for (let at = 0; at < raw.length; at++) {
    offsets.push(at);
    const escaped = raw[at] === "\\" ? ESCAPES[raw[at + 1] ?? ""] : undefined;
    value += escaped ?? raw[at];
    if (escaped !== undefined) at++;
  }
  offsets.push(raw.length);
  return { value, offsets };
}

/** The escapes of libobs (config-file.c, `unescape`). */
const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\", r: "\r", n: "\n" };

/** A value as OBS writes it (config-file.c, `config_save`). */
export function escapeValue(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\r", "\\r").replaceAll("\n", "\\n");
}

/** Offset of the line that `offset` is on. */
function lineStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && /[^\r\n\uFEFF]/.test(text[start - 1] ?? "")) start--;
  return start;
}
