import { wipe } from "../bytes/secret_bytes.ts";
import { MAX_VALUE_BYTES } from "./check_value.ts";
import { Secret } from "./secret.ts";
import { VaultError } from "./vault_error.ts";

/** Where a secret is read from: standard input, as Deno has it. */
export interface SecretInput {
  isTerminal(): boolean;
  setRaw(on: boolean): void;
  read(buffer: Uint8Array): Promise<number | null>;
}

/** Bytes that a terminal in raw mode sends for keys (ECMA-48 and ASCII). */
const KEY = {
  ctrlC: 0x03,
  ctrlD: 0x04,
  backspace: 0x08,
  lineFeed: 0x0a,
  enter: 0x0d,
  ctrlU: 0x15,
  escape: 0x1b,
  space: 0x20,
  delete: 0x7f,
} as const;

/** The user changed their mind. */
export class InputCancelledError extends Error {
  override name = "InputCancelledError";
}

/**
 * Reads one secret: typed or pasted at a prompt that shows nothing, else all of standard input
 * without the line end that a shell's `echo` puts there.
 * @throws InputCancelledError for Ctrl-C; VaultError `invalid` if it is too long
 */
export async function readSecret(
  input: SecretInput,
  { prompt, say }: { prompt: string; say(text: string): void },
): Promise<Secret> {
  if (!input.isTerminal()) return await readAll(input);
  // Before the prompt: what is typed at once must not show either.
  input.setRaw(true);
  try {
    say(prompt);
    return await readTyped(input);
  } finally {
    input.setRaw(false);
    say("\n");
  }
}

/** What is typed, up to Enter. */
class TypedLine {
  readonly #bytes = new Uint8Array(MAX_VALUE_BYTES);
  #length = 0;
  /** Inside the sequence that an arrow or function key sends. */
  #sequence: "none" | "begun" | "open" = "none";

  /** @returns whether that was the end */
  take(byte: number): boolean {
    if (this.#sequence !== "none") this.#skip(byte);
    else if (byte === KEY.enter || byte === KEY.lineFeed) return true;
    else if (byte === KEY.ctrlC) throw new InputCancelledError("Nothing was stored.");
    else if (byte === KEY.ctrlD) return true;
    else if (byte === KEY.ctrlU) this.wipe();
    else if (byte === KEY.backspace || byte === KEY.delete) this.#deleteCharacter();
    else if (byte === KEY.escape) this.#sequence = "begun";
    else if (byte >= KEY.space) this.#append(byte);
    return false;
  }

  secret(): Secret {
    return new Secret(this.#bytes.slice(0, this.#length));
  }

  wipe(): void {
    wipe(this.#bytes);
    this.#length = 0;
  }

  #append(byte: number): void {
    if (this.#length === MAX_VALUE_BYTES) throw tooLong();
    this.#bytes[this.#length++] = byte;
  }

  /** A sequence is `ESC [`, then anything, then a byte from `@` to `~`; or ESC and one byte. */
  #skip(byte: number): void {
    const opens = this.#sequence === "begun" && (byte === 0x5b || byte === 0x4f);
    const ends = this.#sequence === "begun" || (byte >= 0x40 && byte <= 0x7e);
    this.#sequence = opens ? "open" : ends ? "none" : this.#sequence;
  }

  /** The last character, which in UTF-8 is a byte that begins one and those that follow it. */
  #deleteCharacter(): void {
    while (this.#length > 0) {
      const byte = this.#bytes[--this.#length] ?? 0;
      this.#bytes[this.#length] = 0;
      if ((byte & 0xc0) !== 0x80) return;
    }
  }
}

async function readTyped(input: SecretInput): Promise<Secret> {
  const line = new TypedLine();
  const buffer = new Uint8Array(1024);
  try {
    for (;;) {
      const length = await input.read(buffer);
      if (length === null) return line.secret();
      for (const byte of buffer.subarray(0, length)) if (line.take(byte)) return line.secret();
    }
  } finally {
    wipe(buffer);
    line.wipe();
  }
}

async function readAll(input: SecretInput): Promise<Secret> {
  const buffer = new Uint8Array(MAX_VALUE_BYTES + 3);
  let length = 0;
  try {
    for (;;) {
      const read = await input.read(buffer.subarray(length));
      if (read === null) break;
      length += read;
      if (length === buffer.length) throw tooLong();
    }
    return new Secret(buffer.slice(0, withoutLineEnd(buffer, length)));
  } finally {
    wipe(buffer);
  }
}

/** Length without one line end, of either kind. */
function withoutLineEnd(bytes: Uint8Array, length: number): number {
  if (length === 0 || bytes[length - 1] !== KEY.lineFeed) return length;
  return bytes[length - 2] === KEY.enter ? length - 2 : length - 1;
}

function tooLong(): VaultError {
  return new VaultError("invalid", `A secret may have ${MAX_VALUE_BYTES >> 10} KiB at most.`);
}
