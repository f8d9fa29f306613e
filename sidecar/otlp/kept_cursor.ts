import type { Database } from "../history/database.ts";
import type { HistoryWriter } from "../history/history_writer.ts";
import type { Log } from "../log/log.ts";
import {
  cursorAt,
  type ExportCounts,
  type ExportCursor,
  firstCursor,
  lastRowId,
  readCursor,
  writeCursor,
} from "./export_cursor.ts";

/** What a kept cursor needs. */
export interface KeptCursorOptions {
  /** `isKept` is false while it is in memory; absent: always kept. */
  database: Database & { readonly isKept?: boolean };
  writer: Pick<HistoryWriter, "enqueue" | "flush">;
  log: Pick<Log, "warn">;
  /** Ends every wait for the history. */
  signal: AbortSignal;
}

/**
 * The export's cursor in the history. The history may become another one while the export runs: a
 * place in one is none in the other, and what was counted goes along.
 */
export class KeptCursor {
  readonly #options: KeptCursorOptions;
  /** As it is in the history, or about to be. */
  #cursor: ExportCursor | null = null;
  #era = 0;
  /** Rows that waited in the file when it was last looked at. */
  #unsent = 0;

  constructor(options: KeptCursorOptions) {
    this.#options = options;
    options.database.onSwap?.(() => {
      if (!options.signal.aborted) this.#follow();
    });
  }

  /** Goes up each time that the history becomes another one. */
  get era(): number {
    return this.#era;
  }

  /** Where to go on; begins where the history ends if the export was never set up before. */
  async find(): Promise<ExportCursor> {
    const { database } = this.#options;
    const kept = readCursor(database);
    if (kept !== null) this.#cursor ??= kept;
    else {
      this.#cursor = this.#cursor === null ? firstCursor(database) : movedTo(0, this.#cursor);
      await this.#keep(this.#cursor);
    }
    const { position } = this.#cursor;
    if (this.#isFile) this.#unsent = Math.max(0, lastRowId(database) - position.rowId);
    return this.#cursor;
  }

  /**
   * Changes it, and waits until that is written: what was taken is not to be sent again after a
   * crash. Of a change that belongs to an earlier history, only the counts are kept.
   */
  async change(make: (before: ExportCursor) => ExportCursor, era: number): Promise<void> {
    const before = this.#cursor ?? cursorAt(0);
    const after = make(before);
    this.#cursor = era === this.#era ? after : { ...before, ...countsOf(after) };
    await this.#keep(this.#cursor);
  }

  get #isFile(): boolean {
    return this.#options.database.isKept !== false;
  }

  #follow(): void {
    const { database, log } = this.#options;
    const before = this.#cursor;
    this.#era++;
    if (before === null) return;
    const kept = readCursor(database);
    if (kept !== null) this.#cursor = { ...kept, ...mostOf(kept, before) };
    else {
      const lost = this.#isFile ? this.#unsent : 0;
      if (lost > 0) {
        log.warn(`The history was begun anew: ${lost} rows that were not exported yet are lost.`);
      }
      const moved = movedTo(lastRowId(database), before);
      this.#cursor = { ...moved, expired: before.expired + lost };
    }
    if (this.#isFile) this.#unsent = 0;
    this.#enqueue(this.#cursor, () => {});
  }

  #keep(cursor: ExportCursor): Promise<void> {
    const { writer, signal } = this.#options;
    return new Promise((resolve) => {
      const done = () => {
        signal.removeEventListener("abort", done);
        resolve();
      };
      signal.addEventListener("abort", done);
      this.#enqueue(cursor, done);
      writer.flush();
      if (signal.aborted) done();
    });
  }

  /** What waits while the history becomes another one is not written into that. */
  #enqueue(cursor: ExportCursor, settled: () => void): void {
    const era = this.#era;
    this.#options.writer.enqueue((database) => {
      if (era === this.#era) writeCursor(cursor)(database);
    }, { settled });
  }
}

function movedTo(rowId: number, before: ExportCursor): ExportCursor {
  return { ...cursorAt(rowId), ...countsOf(before) };
}

function countsOf(
  { accepted, refused, tooOld, expired, acceptedAtMs }: ExportCursor,
): ExportCounts {
  return { accepted, refused, tooOld, expired, acceptedAtMs };
}

/** Counts only go up: of two that may have begun as the same, the higher is the later. */
function mostOf(one: ExportCounts, other: ExportCounts): ExportCounts {
  return {
    accepted: Math.max(one.accepted, other.accepted),
    refused: Math.max(one.refused, other.refused),
    tooOld: Math.max(one.tooOld, other.tooOld),
    expired: Math.max(one.expired, other.expired),
    acceptedAtMs: other.acceptedAtMs ?? one.acceptedAtMs,
  };
}
