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
}

/** A change of one file. */
export interface TextChange {
  text: string;
  words: string;
  record: SetupRecord | null;
}

interface OpenFile {
  bytes: Uint8Array;
  text: string;
  words: string[];
  records: SetupRecord[];
}

/** Files that were read once; changes are collected and nothing is written. */
export class Workspace {
  readonly #files = new Map<string, OpenFile | null>();

  /**
   * The file's text with the changes so far, a byte order mark included; null if there is no file.
   * @throws CannotRunError if it cannot be read, or is not UTF-8
   */
  async read(path: string): Promise<string | null> {
    let file = this.#files.get(path);
    if (file === undefined) {
      file = await open(path);
      this.#files.set(path, file);
    }
    return file?.text ?? null;
  }

  /** Notes a change of a file that was read. */
  change(path: string, { text, words, record }: TextChange): void {
    const file = this.#files.get(path);
    if (!file) throw new Error(`${path} was not read`);
    file.text = text;
    file.words.push(words);
    if (record !== null) file.records.push(record);
  }

  /** What is to be written, in the order in which the files were read. */
  edits(): FileEdit[] {
    const edits: FileEdit[] = [];
    for (const [path, file] of this.#files) {
      if (file === null || file.words.length === 0) continue;
      const { bytes, text, words, records } = file;
      edits.push({ path, before: bytes, after: new TextEncoder().encode(text), words, records });
    }
    return edits;
  }
}

async function open(path: string): Promise<OpenFile | null> {
  let bytes: Uint8Array;
  try {
    bytes = await Deno.readFile(path);
  } catch (cause) {
    if (isAbsent(cause)) return null;
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause), { cause });
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { bytes, text, words: [], records: [] };
  } catch {
    throw unreadable(path, "it is not UTF-8");
  }
}

/** Whether the file, or a folder on its way, is not there. */
export function isAbsent(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}
