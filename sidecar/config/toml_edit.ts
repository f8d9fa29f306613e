import { type TomlPlace, tomlPlaces } from "./toml_places.ts";

/** What a setting can be. */
export type TomlValue = string | number | boolean;

/**
 * Sets one setting in a TOML text and leaves everything else as it stands: comments, order, line
 * ends, the writing of other values. A new line goes below the comment that shows the setting, else
 * to the end of its section; a missing section goes to the end of the text.
 */
export function setTomlValue(
  toml: string,
  { path, value }: { path: readonly string[]; value: TomlValue },
): string {
  const places = tomlPlaces(toml);
  const written = tomlValue(value);
  const there = places.find((place) => place.kind === "value" && isSame(place.path, path));
  if (there !== undefined) return splice(toml, there.valueStart, there.end, written);

  const section = path.slice(0, -1);
  const heading = places.find((place) => place.kind === "heading" && isSame(place.path, section));
  if (heading !== undefined) {
    const line = `${tomlKey(path.slice(section.length))} = ${written}`;
    return insertLine(toml, { after: lastLineFor(toml, { heading, path, places }), line });
  }
  const inline = places.findLast((place) =>
    place.kind === "value" && isWithin(section, place.path) && toml[place.valueStart] === "{"
  );
  if (inline !== undefined) {
    const pair = `${tomlKey(path.slice(inline.path.length))} = ${written}`;
    return insertInline(toml, { table: inline, pair });
  }
  // A section that is made of dotted keys alone, and so must not get a heading.
  const dotted = places.findLast((place) =>
    place.kind === "value" && place.table === null && isWithin(place.path, section) &&
    place.heading.length < section.length
  );
  if (dotted !== undefined) {
    const line = `${tomlKey(path.slice(dotted.heading.length))} = ${written}`;
    return insertLine(toml, { after: dotted.end, line });
  }
  const end = lineEndOf(toml);
  const gap = toml.trim() === "" ? "" : end;
  const closed = toml === "" || toml.endsWith("\n") ? toml : `${toml}${end}`;
  return `${closed}${gap}[${tomlKey(section)}]${end}${tomlKey(path.slice(-1))} = ${written}${end}`;
}

/** Takes a setting, or a whole section, out of a TOML text. Comments stay. */
export function removeTomlValue(toml: string, path: readonly string[]): string {
  let text = toml;
  for (;;) {
    const place = tomlPlaces(text).findLast((candidate) => isWithin(candidate.path, path));
    if (place === undefined) return text;
    text = place.table === null ? removeLines(text, place) : removeInline(text, place);
  }
}

/** A value as TOML writes it. */
export function tomlValue(value: TomlValue): string {
  // JSON's escapes are TOML's too; TOML also wants one for the delete character.
  return typeof value === "string"
    ? JSON.stringify(value).replaceAll("\x7f", "\\u007f")
    : String(value);
}

function tomlKey(path: readonly string[]): string {
  return path.map((part) => /^[\w-]+$/.test(part) ? part : tomlValue(part)).join(".");
}

/** Where the line goes after which a new setting of a section stands. */
function lastLineFor(
  toml: string,
  { heading, path, places }: {
    heading: TomlPlace;
    path: readonly string[];
    places: readonly TomlPlace[];
  },
): number {
  const next = places.find(({ kind, start }) => kind === "heading" && start > heading.start);
  const limit = next?.start ?? toml.length;
  const comment = new RegExp(`^[ \\t]*#[ \\t]*${path.at(-1)}[ \\t]*=`, "gm");
  const shown = [...toml.slice(0, limit).matchAll(comment)].find(({ index }) =>
    index > heading.end && !places.some(({ start, end }) => start < index && index < end)
  );
  if (shown !== undefined) return shown.index;
  return places.findLast((place) =>
    place.kind === "value" && place.table === null && place.start > heading.start &&
    place.start < limit
  )?.end ?? heading.end;
}

/** Writes a line below the one that `after` is in. */
function insertLine(toml: string, { after, line }: { after: number; line: string }): string {
  const end = lineEndOf(toml);
  const at = toml.indexOf("\n", after);
  return at === -1 ? `${toml}${end}${line}${end}` : splice(toml, at + 1, at + 1, `${line}${end}`);
}

function insertInline(
  toml: string,
  { table, pair }: { table: TomlPlace; pair: string },
): string {
  const last = tomlPlaces(toml).findLast((place) =>
    place.table !== null && place.table.start === table.start
  );
  const [at, text] = last === undefined
    ? [table.valueStart + 1, ` ${pair} `]
    : [last.end, `, ${pair}`];
  return splice(toml, at, last === undefined ? table.end - 1 : at, text);
}

/** Takes out a heading or a pair with its line ends, and the comment beside it. */
function removeLines(toml: string, { start, end }: TomlPlace): string {
  const from = toml.lastIndexOf("\n", start - 1) + 1;
  const to = toml.indexOf("\n", end);
  const first = toml.startsWith("\uFEFF") && from === 0 ? 1 : from;
  return splice(toml, first, to === -1 ? toml.length : to + 1, "");
}

function removeInline(toml: string, { start, end }: TomlPlace): string {
  const after = /^[ \t]*,[ \t]*/.exec(toml.slice(end))?.[0];
  if (after !== undefined) return splice(toml, start, end + after.length, "");
  const before = /[ \t]*,[ \t]*$/.exec(toml.slice(0, start))?.[0] ?? "";
  return splice(toml, start - before.length, end, "");
}

function splice(text: string, start: number, end: number, replacement: string): string {
  return `${text.slice(0, start)}${replacement}${text.slice(end)}`;
}

/** The line end that the text uses. */
function lineEndOf(toml: string): string {
  return /\r?\n/.exec(toml)?.[0] ?? "\n";
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && isWithin(a, b);
}

function isWithin(path: readonly string[], outer: readonly string[]): boolean {
  return path.length >= outer.length && outer.every((part, index) => part === path[index]);
}
