import { type Signal, signal } from "@preact/signals";
import type { ExportState } from "../../../shared/export_state.ts";
import type { Api } from "../../api.ts";
import { errorText } from "../error_text.ts";
import type { Timers } from "../link.ts";

/** How often it is asked for while somebody looks: rows of the history come as often. */
const EVERY_MS = 5000;

/** What the watch needs. */
export interface ExportWatchOptions {
  api: Pick<Api, "exportState">;
  timers: Timers;
  /** Unix milliseconds. */
  now: () => number;
}

/** An answer, and when it came in Unix milliseconds: ages are told as of then. */
export interface ExportReading {
  state: ExportState;
  atMs: number;
}

/** How the export of figures fares, asked for while somebody looks at it. */
export class ExportWatch {
  /** The newest answer; null before the first. */
  readonly reading: Signal<ExportReading | null> = signal(null);
  /** Why there is no newer one; null if there is. */
  readonly problem: Signal<string | null> = signal(null);
  readonly #options: ExportWatchOptions;

  constructor(options: ExportWatchOptions) {
    this.#options = options;
  }

  /** Asks now and every 5 s, until what it returns is called. */
  follow(): () => void {
    const { timers } = this.#options;
    let isOver = false;
    let timer: unknown;
    const ask = async (): Promise<void> => {
      await this.#ask(() => isOver);
      if (!isOver) timer = timers.setTimeout(ask, EVERY_MS);
    };
    ask();
    return () => {
      isOver = true;
      timers.clearTimeout(timer);
    };
  }

  async #ask(isOver: () => boolean): Promise<void> {
    const { api, now } = this.#options;
    try {
      const state = await api.exportState();
      if (isOver()) return;
      this.reading.value = { state, atMs: now() };
      this.problem.value = null;
    } catch (error) {
      if (!isOver()) this.problem.value = errorText(error);
    }
  }
}
