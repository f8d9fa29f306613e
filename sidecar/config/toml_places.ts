import { parse } from "smol-toml";

/** Where something stands in a TOML text. Offsets count UTF-16 units, as in JavaScript's strings. */
export interface TomlPlace {
  kind: "heading" | "value";
  /** Its whole path, the heading's and the enclosing inline tables' included. */
  path: readonly string[];
  /** Path of the heading above it, or its own if it is one. */
  heading: readonly string[];
  /** The inline table that it is in, or null. */
  table: TomlPlace | null;
  /** Line, counted from 1. */
  line: number;
  /** From the first bracket of a heading, or the first letter of a key, to the end of its value. */
  start: number;
  end: number;
  /** Where the value begins; `end` for a heading. */
  valueStart: number;
}

/**
 * Finds every heading and every key of a TOML text, in the order in which they stand. The text must
 * have been parsed before without an error: what is no TOML is passed over line by line.
 * Grammar: TOML 1.0.0 (https://toml.io/en/v1.0.0).
 */
export function tomlPlaces(toml: string): TomlPlace[] {
  return new Scanner(toml).scan();
}

class Scanner {
  readonly #text: string;
  readonly #places: TomlPlace[] = [];
  #at = 0;
  #line = 1;
  #countedTo = 0;
  #heading: readonly string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  scan(): TomlPlace[] {
    this.#skip(/\uFEFF/y);
    for (;;) {
      this.#skipBlank();
      if (this.#at >= this.#text.length) return this.#places;
      if (this.#text[this.#at] === "[") this.#readHeading();
      else this.#readPair({ prefix: this.#heading, table: null });
      this.#skip(/[^\n]*/y);
    }
  }

  #readHeading(): void {
    const start = this.#at;
    const line = this.#lineAt(start);
    this.#skip(/\[\[?[ \t]*/y);
    const path = this.#readKey();
    this.#skip(/\]\]?/y);
    this.#heading = path;
    const end = this.#at;
    this.#places.push({
      kind: "heading",
      path,
      heading: path,
      table: null,
      line,
      start,
      end,
      valueStart: end,
    });
  }

  #readPair(
    { prefix, table }: { prefix: readonly string[]; table: TomlPlace | null },
  ): void {
    const start = this.#at;
    const line = this.#lineAt(start);
    const path = [...prefix, ...this.#readKey()];
    if (this.#text[this.#at] !== "=") return;
    this.#skip(/=[ \t]*/y);
    const place: TomlPlace = {
      kind: "value",
      path,
      heading: this.#heading,
      table,
      line,
      start,
      end: this.#at,
      valueStart: this.#at,
    };
    this.#places.push(place);
    this.#readValue(place);
    place.end = this.#at;
  }

  /** A key with its dots, and the blanks after it. */
  #readKey(): string[] {
    const parts: string[] = [];
    do {
      this.#skip(/[ \t.]*/y);
      const part = this.#match(/"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\w-]+/y);
      if (part === null) break;
      parts.push(/^["']/.test(part) ? unquoted(part) : part);
      this.#skip(/[ \t]*/y);
    } while (this.#text[this.#at] === ".");
    return parts;
  }

  #readValue(place: TomlPlace | null): void {
    const first = this.#text[this.#at];
    if (first === "[") this.#readArray();
    else if (first === "{") this.#readInlineTable(place);
    else if (
      !this.#skip(/"""(?:[^\\]|\\[^])*?"{3,5}|'''[^]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y)
    ) {
      this.#skip(/[^\s,\]}#]*(?: \d[^\s,\]}#]*)?/y);
    }
  }

  #readArray(): void {
    this.#at++;
    for (;;) {
      this.#skipBlank();
      if (this.#ends("]")) return;
      const before = this.#at;
      this.#readValue(null);
      this.#skipBlank();
      this.#skip(/,/y);
      if (this.#at === before) return;
    }
  }

  /** Keys in an inline table that is an item of an array are not settings: they get no place. */
  #readInlineTable(table: TomlPlace | null): void {
    this.#at++;
    for (;;) {
      this.#skipBlank();
      if (this.#ends("}")) return;
      const before = this.#at;
      const known = this.#places.length;
      this.#readPair({ prefix: table?.path ?? [], table });
      if (table === null) this.#places.length = known;
      this.#skipBlank();
      this.#skip(/,/y);
      if (this.#at === before) return;
    }
  }

  #ends(bracket: string): boolean {
    if (this.#at >= this.#text.length) return true;
    if (this.#text[this.#at] !== bracket) return false;
    this.#at++;
    return true;
  }

  /** Blanks, line ends and comments. */
  #skipBlank(): void {
    this.#skip(/(?:\s|#[^\n]*)*/y);
  }

  #skip(pattern: RegExp): boolean {
    return (this.#match(pattern) ?? "") !== "";
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) return null;
    this.#at += found.length;
    return found;
  }

  #lineAt(offset: number): number {
    for (; this.#countedTo < offset; this.#countedTo++) {
      if (this.#text[this.#countedTo] === "\n") this.#line++;
    }
    return this.#line;
  }
}

function unquoted(part: string): string {
  try {
    return Object.keys(parse(`${part} = 0`))[0] ?? part;
  } catch {
    // Only in a text that is no TOML.
    return part;
  }
}
