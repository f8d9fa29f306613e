/** OBS's files as they are, and as they will be. */
import { unreadable } from "./unreadable_file_error.ts";
import type { SetupRecord } from "./manifest.ts";

/** What is to become of one file. */
export interface FileEdit {
  path: string;
  /** The file as it was read. */
  before: Uint8Array;
  /** The file as it shall be. */
  after: Uint8Array<ArrayBuffer>;
  /** What changes, in words for the user; no secrets. */
  words: string[];
  /** The records of what is put in, or of what is taken out. */
  records: SetupRecord[];
  /** Records in force whose place those take. */
  replaced: SetupRecord[];
}

/** A change of one file. */
export interface TextChange {
  text: string;
  words: string;
  record: SetupRecord | null;
  /** An earlier record of the same thing, whose place `record` takes. */
  replaces?: SetupRecord | undefined;
}

interface OpenFile {
  /** As it was first asked for. */
  path: string;
  bytes: Uint8Array;
  text: string;
  words: string[];
  records: SetupRecord[];
  replaced: SetupRecord[];
}

/**
 * Files that were read once; changes are collected and nothing is written. Two paths to one file,
 * through a link, are one.
 */
export class Workspace {
  readonly #files = new Map<string, OpenFile>();
  /** The whole path without links of every path that was asked for; null where no file is. */
  readonly #places = new Map<string, string | null>();

  /**
   * The file's text with the changes so far, a byte order mark included; null if there is no file.
   * @throws CannotRunError if it cannot be read, or is not UTF-8
   */
  async read(path: string): Promise<string | null> {
    let place = this.#places.get(path);
    if (place === undefined) {
      place = await placeOf(path);
      if (place !== null && !this.#files.has(place)) this.#files.set(place, await open(path));
      this.#places.set(path, place);
    }
    return this.#at(path)?.text ?? null;
  }

  /** Notes a change of a file that was read. */
  change(path: string, { text, words, record, replaces }: TextChange): void {
    const file = this.#at(path);
    if (file === null) throw new Error(`${path} was not read`);
    file.text = text;
    file.words.push(words);
    if (record !== null) file.records.push(record);
    if (replaces !== undefined) file.replaced.push(replaces);
  }

  /** What is to be written, in the order in which the files were read. */
  edits(): FileEdit[] {
    const changed = [...this.#files.values()].filter(({ words }) => words.length > 0);
    return changed.map(({ bytes, text, ...rest }) => ({
      ...rest,
      before: bytes,
      after: new TextEncoder().encode(text),
    }));
  }

  #at(path: string): OpenFile | null {
    const place = this.#places.get(path) ?? null;
    return place === null ? null : this.#files.get(place) ?? null;
  }
}

async function placeOf(path: string): Promise<string | null> {
  try {
    return await Deno.realPath(path);
  } catch (cause) {
    if (isAbsent(cause)) return null;
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

async function open(path: string): Promise<OpenFile> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (cause) {
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), { cause });
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { path, bytes, text, words: [], records: [], replaced: [] };
  } catch {
    throw unreadable(path, "it is not UTF-8");
  }
}

/** Whether the file, or a folder on its way, is not there. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}
