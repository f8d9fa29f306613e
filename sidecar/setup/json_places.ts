/** Where the parts of a JSON text are, as offsets into it. */

/** A value. */
export type JsonNode = JsonObject | JsonArray | JsonScalar;

interface Span {
  start: number;
  end: number;
}

/** An object with its members in their order. */
export interface JsonObject extends Span {
  kind: "object";
  members: JsonMember[];
}

/** A member of an object; from its key's opening quote to its value's end. */
export interface JsonMember extends Span {
  key: string;
  value: JsonNode;
}

/** An array. */
export interface JsonArray extends Span {
  kind: "array";
  items: JsonNode[];
}

/** A string, or a number, true, false or null, of which only the text is known. */
export interface JsonScalar extends Span {
  kind: "string" | "other";
  /** A string's value; else the text. */
  value: string;
}

/** The text is not JSON as OBS reads it. */
export class JsonPlacesError extends Error {
  override name = "JsonPlacesError";
}

/** Nesting that is read; OBS's own files have less than 20 (its reader, jansson, allows 2048). */
const MAX_DEPTH = 500;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

/**
 * Reads a whole JSON text (RFC 8259), a byte order mark in front of it allowed. An object with two
 * members of the same name is refused, as OBS refuses it (obs-studio, libobs/obs-data.c,
 * `JSON_REJECT_DUPLICATES`).
 * @throws JsonPlacesError if it is not JSON
 */
export function jsonPlaces(text: string): JsonNode {
  let at = text.startsWith("\uFEFF") ? 1 : 0;

  function wrong(): JsonPlacesError {
    return new JsonPlacesError(`it is not valid JSON at offset ${at}`);
  }

  function match(pattern: RegExp): string {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found === undefined) throw wrong();
    at += found.length;
    return found;
  }

  /** Not by one pattern: a text of a megabyte is too much for it. */
  function readString(): string {
    const start = at;
    if (text[at] !== '"') throw wrong();
    do {
      at = text.indexOf('"', at + 1);
      if (at < 0) at = text.length;
      if (at === text.length) throw wrong();
    } while (isEscaped(text, at));
    at++;
    try {
      return JSON.parse(text.slice(start, at));
    } catch {
      throw wrong();
    }
  }

  /** Passes over `mark` and the space around it; false if something else stands there. */
  function take(mark: string): boolean {
    match(SPACE);
    if (text[at] !== mark) return false;
    at++;
    match(SPACE);
    return true;
  }

  function need(mark: string): void {
    if (!take(mark)) throw wrong();
  }

  function close(mark: string): number {
    match(SPACE);
    if (text[at] !== mark) throw wrong();
    return ++at;
  }

  function readMember(depth: number): JsonMember {
    const start = at;
    const key = readString();
    need(":");
    const value = readValue(depth);
    return { key, start, end: value.end, value };
  }

  function readValue(depth: number): JsonNode {
    if (depth > MAX_DEPTH) throw new JsonPlacesError("it is nested too deeply");
    const start = at;
    if (take("{")) {
      const members = readList("}", () => readMember(depth + 1));
      const names = new Set(members.map(({ key }) => key));
      if (names.size < members.length) {
        throw new JsonPlacesError(
          `it has an object with two members of one name at offset ${start}`,
        );
      }
      return { kind: "object", start, end: close("}"), members };
    }
    if (take("[")) {
      const items = readList("]", () => readValue(depth + 1));
      return { kind: "array", start, end: close("]"), items };
    }
    if (text[at] === '"') {
      const value = readString();
      return { kind: "string", start, end: at, value };
    }
    const value = match(NUMBER);
    return { kind: "other", start, end: at, value };
  }

  function readList<T>(end: string, read: () => T): T[] {
    const items: T[] = [];
    if (text[at] === end) return items;
    do items.push(read()); while (take(","));
    return items;
  }

  match(SPACE);
  const node = readValue(0);
  match(SPACE);
  if (at < text.length) throw new JsonPlacesError(`something follows the JSON at offset ${at}`);
  return node;
}

/** Whether an odd number of backslashes is in front of it. */
function isEscaped(text: string, offset: number): boolean {
  let backslashes = 0;
  while (text[offset - 1 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 1;
}

/** The object's member of this name; null if it has none, or is none. */
export function memberOf(node: JsonNode | null, key: string): JsonMember | null {
  if (node?.kind !== "object") return null;
  return node.members.find((member) => member.key === key) ?? null;
}

/** The value of the object's member if it is a string; else null. */
export function stringOf(node: JsonNode | null, key: string): string | null {
  const value = memberOf(node, key)?.value;
  return value?.kind === "string" ? value.value : null;
}
