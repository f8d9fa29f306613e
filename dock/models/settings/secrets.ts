import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Api, Credential } from "../../api.ts";
import { errorText } from "../error_text.ts";

/** What became of the last thing done to a secret. */
export interface SecretResult {
  id: string;
  isGood: boolean;
  text: string;
}

/** What the vault holds, and setting and removing it. Values only pass through. */
export class Secrets {
  /** What the vault holds; null before it is known. */
  readonly list: Signal<readonly Credential[] | null> = signal(null);
  /** Why the vault cannot be read; null if it can. */
  readonly problem: Signal<string | null> = signal(null);
  /** The secret that is being sent or removed. */
  readonly busy: Signal<string | null> = signal(null);
  readonly result: Signal<SecretResult | null> = signal(null);
  /** Whether the user has typed a secret and not sent it. */
  readonly isTyping: ReadonlySignal<boolean>;
  readonly #api: Pick<Api, "credentials" | "setCredential" | "removeCredential">;
  readonly #typed: Signal<ReadonlySet<string>> = signal(new Set());

  constructor(api: Pick<Api, "credentials" | "setCredential" | "removeCredential">) {
    this.#api = api;
    this.isTyping = computed(() => this.#typed.value.size > 0);
  }

  /** What is known of a secret; null if it is not set. */
  find(id: string): Credential | null {
    return this.list.value?.find((credential) => credential.id === id) ?? null;
  }

  /** Reads what the vault holds. */
  async read(): Promise<void> {
    try {
      this.list.value = await this.#api.credentials();
      this.problem.value = null;
    } catch (error) {
      this.list.value = null;
      this.problem.value = errorText(error);
    }
  }

  /** Tells whether something stands in a secret's input; never what. */
  setTyped(id: string, isTyped: boolean): void {
    if (this.#typed.peek().has(id) === isTyped) return;
    const typed = new Set(this.#typed.peek());
    if (isTyped) typed.add(id);
    else typed.delete(id);
    this.#typed.value = typed;
  }

  /** Puts a secret into the vault. False if it was not taken; `result` says why. */
  set(id: string, value: string): Promise<boolean> {
    return this.#do(id, "Set.", () => this.#api.setCredential(id, value));
  }

  /** Takes a secret out of the vault. */
  remove(id: string): Promise<boolean> {
    return this.#do(id, "Removed.", () => this.#api.removeCredential(id));
  }

  async #do(id: string, done: string, act: () => Promise<void>): Promise<boolean> {
    this.busy.value = id;
    this.result.value = null;
    try {
      await act();
      this.result.value = { id, isGood: true, text: done };
      return true;
    } catch (error) {
      this.result.value = { id, isGood: false, text: errorText(error) };
      return false;
    } finally {
      this.busy.value = null;
      await this.read();
    }
  }
}
