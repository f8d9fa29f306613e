import { sameBytes, wipe } from "../bytes/secret_bytes.ts";

const REDACTED = "[redacted]";

/**
 * A secret in memory. Printed, logged or turned into JSON it is `[redacted]`; what it holds is
 * read with `use` or `text` alone. Dispose of it as soon as it was used: `using` does so.
 */
export class Secret implements Disposable {
  readonly #bytes: Uint8Array;
  #wiped = false;

  /** @param bytes become the secret's own: it overwrites them in the end */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * Lends the bytes for the time of the call; they must be neither kept nor changed. What an
   * asynchronous `use` returns must be awaited before the secret is wiped.
   * @throws if the secret was wiped
   */
  use<T>(use: (bytes: Uint8Array) => T): T {
    this.#check();
    return use(this.#bytes);
  }

  /**
   * The secret as text, for libraries that take nothing else. A string cannot be overwritten: it
   * stays in memory until the engine reuses the place.
   * @throws if the secret was wiped, or is no UTF-8
   */
  text(): string {
    this.#check();
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.#bytes);
    } catch (cause) {
      throw new Error("This secret is no text in UTF-8. Set it again.", { cause });
    }
  }

  /** Whether both hold the same; takes the same time wherever they differ. */
  equals(other: Secret): boolean {
    this.#check();
    return other.use((bytes) => sameBytes(this.#bytes, bytes));
  }

  /** Overwrites the secret. */
  wipe(): void {
    wipe(this.#bytes);
    this.#wiped = true;
  }

  [Symbol.dispose](): void {
    this.wipe();
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [Symbol.for("Deno.customInspect")](): string {
    return REDACTED;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return REDACTED;
  }

  #check(): void {
    if (this.#wiped) throw new Error("This secret was wiped: ask the vault for it again");
  }
}
