import type { Config } from "../../shared/config.ts";
import type { Database } from "../history/database.ts";
import type { HistoryWriter } from "../history/history_writer.ts";
import { type ExportCursor, lastRowId } from "./export_cursor.ts";
import { type MissingRows, readBatch } from "./export_reader.ts";
import { type MetricPoint, pointsOf, type Streamer } from "./metric_points.ts";
import { momentContext } from "./moment_context.ts";
import type { Moment } from "./moments.ts";
import type { MomentPoints } from "./split_push.ts";
import {
  contextAt,
  type MomentContext,
  nameAt,
  NOTHING_TOLD,
  withContext,
  withName,
} from "./told_facts.ts";

/** What a reader of batches needs. */
export interface BatchReaderOptions {
  database: Database;
  writer: Pick<HistoryWriter, "flush">;
  settings(): Config["grafana"];
  streamer(): Streamer;
  /** Lets the rest of the program run. */
  breathe(): Promise<void>;
}

/** Makes figures of the rows that come next, and knows what was told of them. */
export class BatchReader {
  readonly #options: BatchReaderOptions;
  #facts = NOTHING_TOLD;
  #missing: MissingRows = new Map();
  #isFlushed = false;

  constructor(options: BatchReaderOptions) {
    this.#options = options;
  }

  /** What is told of what was read; to be kept before it is sent. */
  get facts(): ExportCursor["facts"] {
    return this.#facts;
  }

  /** Begins at a cursor. */
  begin({ facts }: ExportCursor): void {
    const { database, streamer } = this.#options;
    this.#isFlushed = false;
    this.#facts = withName(facts, { name: streamer().name, lastRowId: lastRowId(database) });
  }

  /** Reads the next moments, one at least if any is due. */
  async read(
    cursor: ExportCursor,
    most: { figures: number; moments: number },
  ): Promise<MomentPoints[]> {
    const { database, settings, breathe } = this.#options;
    const batch: MomentPoints[] = [];
    let figures = 0;
    this.#missing = await readBatch(database, cursor, {
      everyMs: settings().push_interval * 1000,
      take: (moment) => {
        if (batch.length >= most.moments) return false;
        const before = this.#facts;
        const points = this.#pointsOf(moment);
        if (batch.length > 0 && figures + points.length > most.figures) {
          this.#facts = before;
          return false;
        }
        figures += points.length;
        batch.push({ moment, points });
        return true;
      },
      breathe,
    });
    return batch;
  }

  /** Rows that were deleted after a row and before another, among those that were read last. */
  missingBetween(afterId: number, lastId: number): number {
    let sum = 0;
    for (const [id, rows] of this.#missing) if (id > afterId && id <= lastId) sum += rows;
    return sum;
  }

  #pointsOf(moment: Moment): readonly MetricPoint[] {
    const { row } = moment;
    const { firing, sessionStartMs } = contextAt(this.#facts, row.id) ?? this.#newContext(moment);
    const whose = this.#options.streamer();
    const name = nameAt(this.#facts, row.id) ?? whose.name;
    const source = { ...row, firing, sessionStartMs };
    return pointsOf(moment, { source, streamer: { ...whose, name } });
  }

  /** What waits to be written may be an alert of that moment. */
  #newContext({ row }: Moment): MomentContext {
    const { database, writer } = this.#options;
    if (!this.#isFlushed) writer.flush();
    this.#isFlushed = true;
    const context = momentContext(database, row.written_at_ms);
    this.#facts = withContext(this.#facts, { rowId: row.id, context });
    return context;
  }
}
