import type { Log } from "../log/log.ts";
import type { Credential } from "./credential.ts";

/** How long uses are gathered before they are written together. */
const GATHER_MS = 60_000;

type Used = Pick<Credential, "id" | "revision" | "last_used">;

/** Remembers when secrets were used, and has it written once in a while, never at the use. */
export class UseRecord {
  readonly #write: () => Promise<void>;
  readonly #log: Log;
  /** By revision, so that a secret that was set anew counts as never used. Unix seconds. */
  readonly #uses = new Map<string, number>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor({ write, log }: { write(): Promise<void>; log: Log }) {
    this.#write = write;
    this.#log = log;
  }

  /** A secret is used now. */
  note({ revision }: Used, seconds: number): void {
    this.#uses.set(revision, seconds);
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  /** When a secret was last used, in Unix seconds, as far as is known here; null for never. */
  latest({ revision, last_used }: Used): number | null {
    const used = this.#uses.get(revision);
    if (used === undefined) return last_used;
    return last_used === null ? used : Math.max(last_used, used);
  }

  /** The credentials with what is known here. */
  applyTo(credentials: readonly Credential[]): Credential[] {
    return credentials.map((credential) => ({
      ...credential,
      last_used: this.latest(credential),
    }));
  }

  /** Has it written now if anything waits. */
  async close(): Promise<void> {
    if (this.#timer !== null) await this.#flush();
  }

  async #flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const written = new Map(this.#uses);
    try {
      await this.#write();
      for (const [revision, seconds] of written) {
        if (this.#uses.get(revision) === seconds) this.#uses.delete(revision);
      }
    } catch (error) {
      // Worth little: the next use tries again.
      this.#log.debug("Cannot write when secrets were last used.", error);
    }
  }
}
