import { type Signal, signal } from "@preact/signals";
import type { SessionsAnswer } from "../../../shared/session.ts";
import type { Api } from "../../api.ts";
import { errorText } from "../error_text.ts";

/** An evening with its outputs. */
export type Evening = SessionsAnswer["sessions"][number];

/** The evenings, newest first, as far as they were asked for. */
export class SessionList {
  readonly evenings: Signal<readonly Evening[]> = signal([]);
  readonly isLoaded: Signal<boolean> = signal(false);
  readonly isAsking: Signal<boolean> = signal(false);
  readonly problem: Signal<string | null> = signal(null);
  /** Whether there are older ones. */
  readonly hasMore: Signal<boolean> = signal(false);
  readonly #api: Pick<Api, "sessions">;
  #next: number | null = null;

  constructor(api: Pick<Api, "sessions">) {
    this.#api = api;
  }

  /** Reads the newest page again; older ones that were loaded stay. */
  read(): Promise<void> {
    return this.#ask(null, ({ sessions, next_before }) => {
      const oldest = sessions.at(-1)?.start_time ?? -Infinity;
      const older = this.evenings.peek().filter(({ start_time }) => start_time < oldest);
      if (older.length === 0 || next_before === null) this.#setNext(next_before);
      this.evenings.value = next_before === null ? sessions : [...sessions, ...older];
    });
  }

  /** Reads the next older page. */
  more(): Promise<void> {
    return this.#ask(this.#next, ({ sessions, next_before }) => {
      const known = new Set(this.evenings.peek().map(({ id }) => id));
      this.evenings.value = [
        ...this.evenings.peek(),
        ...sessions.filter(({ id }) => !known.has(id)),
      ];
      this.#setNext(next_before);
    });
  }

  /** Lists an evening no more that was deleted, whichever page it came with. */
  drop(id: number): void {
    this.evenings.value = this.evenings.peek().filter((evening) => evening.id !== id);
  }

  #setNext(next: number | null): void {
    this.#next = next;
    this.hasMore.value = next !== null;
  }

  async #ask(before: number | null, take: (answer: SessionsAnswer) => void): Promise<void> {
    this.isAsking.value = true;
    try {
      take(await this.#api.sessions(before));
      this.problem.value = null;
      this.isLoaded.value = true;
    } catch (error) {
      this.problem.value = errorText(error);
    } finally {
      this.isAsking.value = false;
    }
  }
}
