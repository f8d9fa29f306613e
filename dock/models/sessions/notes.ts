import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Api } from "../../api.ts";
import { errorText } from "../error_text.ts";

/** What the user writes about a session, until it is saved. */
export class Notes {
  readonly text: Signal<string> = signal("");
  readonly isSaving: Signal<boolean> = signal(false);
  /** What came of the last try to save: "Saved.", or why not; null before any. */
  readonly outcome: Signal<{ ok: boolean; text: string } | null> = signal(null);
  readonly #saved: Signal<string> = signal("");
  readonly isDirty: ReadonlySignal<boolean> = computed(() => this.text.value !== this.#saved.value);
  readonly #api: Pick<Api, "saveNotes">;
  #id = -1;

  constructor(api: Pick<Api, "saveNotes">) {
    this.#api = api;
  }

  /** Takes what the sidecar has; what is being typed about the same session stays. */
  take(id: number, notes: string): void {
    const isTyped = this.#id === id && this.isDirty.peek();
    if (this.#id !== id) this.outcome.value = null;
    this.#id = id;
    this.#saved.value = notes;
    if (!isTyped) this.text.value = notes;
  }

  edit(text: string): void {
    this.text.value = text;
    this.outcome.value = null;
  }

  discard(): void {
    this.edit(this.#saved.peek());
  }

  /** Saves; false if that failed, and then `outcome` says why. */
  async save(): Promise<boolean> {
    if (!this.isDirty.peek()) return true;
    if (this.isSaving.peek()) return false;
    const [id, text] = [this.#id, this.text.peek()];
    this.isSaving.value = true;
    try {
      const { notes } = await this.#api.saveNotes(id, text);
      if (this.#id === id) {
        // The sidecar may have tidied what was sent.
        if (this.text.peek() === text) this.text.value = notes;
        this.#saved.value = notes;
      }
      this.outcome.value = { ok: true, text: "Saved." };
      return !this.isDirty.peek();
    } catch (error) {
      this.outcome.value = { ok: false, text: `Not saved. ${errorText(error)}` };
      return false;
    } finally {
      this.isSaving.value = false;
    }
  }
}
