import { cannotRun } from "../cannot_run_error.ts";
import { diskRemedy } from "../files/disk_remedy.ts";
import { followFile, type FollowFileOptions } from "../files/follow_file.ts";
import { replaceFile } from "../files/replace_file.ts";

/** 32 bytes in base64url without padding. */
const TOKEN_PATTERN = /^[A-Za-z0-9_-]{43}$/;
const TOKEN_BYTES = 32;

/** The secret that lets a client use the API. Kept in a file that only the user can read. */
export interface ApiToken {
  /** The token in force. Show it to the user, never log it. */
  value(): string;
  /**
   * Whether `candidate` is the token. Reads the file first, so that a rotation by another process
   * holds at once; takes the same time whatever the candidate is.
   */
  matches(candidate: string): Promise<boolean>;
  /** Takes over a token that another process wrote; true if it differs from the one before. */
  refresh(): Promise<boolean>;
  /** Tells within a second when another process may have written a token; see `followFile`. */
  follow(options: FollowFileOptions): Disposable;
  /**
   * Puts a new token in force, here and in the file.
   * @throws if the file cannot be written; the old token stays in force then.
   */
  rotate(): Promise<void>;
}

function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

/** The file's token; null if there is no file or no token in it. */
async function readToken(path: string): Promise<string | null> {
  const buffer = new Uint8Array(64);
  let length: number | null;
  try {
    using file = await Deno.open(path);
    length = await file.read(buffer);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return null;
    throw cannotRun(`Cannot read the API's token from ${path}`, {
      cause,
      remedy: "Make it readable, or delete it.",
    });
  }
  const text = new TextDecoder().decode(buffer.subarray(0, length ?? 0)).trimEnd();
  return TOKEN_PATTERN.test(text) ? text : null;
}

async function writeToken(path: string, token: string): Promise<void> {
  try {
    await replaceFile(path, new TextEncoder().encode(`${token}\n`));
  } catch (cause) {
    throw cannotRun(`Cannot write the API's token to ${path}`, {
      cause,
      remedy: diskRemedy(cause, { otherwise: "Make its folder writable." }),
    });
  }
}

async function protect(path: string): Promise<void> {
  try {
    await Deno.chmod(path, 0o600);
  } catch (cause) {
    throw cannotRun(`Cannot keep others from reading the API's token in ${path}`, {
      cause,
      remedy: "Delete that file, or give another directory with --data-dir DIR.",
    });
  }
}

class FileToken implements ApiToken {
  readonly #path: string;
  #value: string;
  /** One file operation at a time, so that a slow read never undoes a rotation. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(path: string, value: string) {
    this.#path = path;
    this.#value = value;
  }

  value(): string {
    return this.#value;
  }

  async matches(candidate: string): Promise<boolean> {
    await this.refresh();
    return sameBytes(await digest(candidate), await digest(this.#value));
  }

  refresh(): Promise<boolean> {
    return this.#inTurn(async () => {
      // A missing, broken or unreadable file takes no running client down: the old token stays.
      const found = await readToken(this.#path).catch(() => null);
      if (found === null || found === this.#value) return false;
      this.#value = found;
      return true;
    });
  }

  follow(options: FollowFileOptions): Disposable {
    return followFile(this.#path, options);
  }

  rotate(): Promise<void> {
    return this.#inTurn(async () => {
      const value = newToken();
      await writeToken(this.#path, value);
      this.#value = value;
    });
  }

  #inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(operation);
    this.#turn = result.catch(() => {});
    return result;
  }
}

/**
 * Opens the API's token: the one in the file at `path`, or a new one (256 random bits) if there is
 * none or the file holds none. The file ends up readable by the user alone.
 * @throws CannotRunError if the file can be neither read nor written
 */
export async function openToken(path: string): Promise<ApiToken> {
  let value = await readToken(path);
  if (value === null) {
    value = newToken();
    await writeToken(path, value);
  } else if (Deno.build.os !== "windows") {
    await protect(path);
  }
  return new FileToken(path, value);
}
