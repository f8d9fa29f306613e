/** Sends the history's figures to a backend, and loses none that the history still has. */
import type { Resource } from "@opentelemetry/resources";
import type { Config } from "../../shared/config.ts";
import type { ExportState } from "../../shared/export_state.ts";
import type { Clock } from "../clock.ts";
import type { Database } from "../history/database.ts";
import type { HistoryWriter } from "../history/history_writer.ts";
import type { Log } from "../log.ts";
import { backoffMs } from "./backoff.ts";
import type { ExportCursor } from "./export_cursor.ts";
import { type Batch, readBatch } from "./export_reader.ts";
import { KeptCursor } from "./kept_cursor.ts";
import { pointsOf, resourceOf, type Streamer, toResourceMetrics } from "./metric_points.ts";
import { momentContext } from "./moment_context.ts";
import type { Moment } from "./moments.ts";
import { openPush, type Push } from "./open_push.ts";
import type { PushTarget } from "./push_target.ts";
import { type MomentPoints, type Settled, SplitPush, type Undecided } from "./split_push.ts";
import { WakefulPause } from "./wakeful_pause.ts";

/** What a drain needs. */
export interface DrainOptions {
  /** `isKept` is false while it is in memory; absent: always kept. */
  database: Database & { readonly isKept?: boolean };
  writer: HistoryWriter;
  settings(): Config["grafana"];
  streamer(): Streamer;
  fetch: (url: URL, init: RequestInit) => Promise<Response>;
  clock: Clock;
  /** At least 0 and less than 1. */
  random(): number;
  /** How it waits. */
  pause?: Pick<WakefulPause, "for" | "end">;
  log: Pick<Log, "info" | "warn" | "error">;
}

/** How long a backend may take. */
const DEADLINE_MS = 30_000;
/** Most figures in one request: more would hold up a tick while they are made ready. */
const MOST_FIGURES = 2000;
/** Moments in the first request, before it is known how many figures one has. */
const FIRST_MOMENTS = 8;
/** Shortest pause between two requests, and how much of the time they may keep the program busy. */
const LEAST_PAUSE_MS = 50;
const PAUSE_PER_WORK = 2;
/** Between two looks for a row that is due. */
const LOOK_MS = 1000;
/** Between two tries at a place where no backend answers. */
const MISDIRECTED_MS = 60_000;
/** After an error of this program's own. */
const MISHAP_MS = 60_000;

/** How a drain fares. */
export type DrainState = Pick<ExportState, "state" | "last_error"> & {
  /** Since when figures do not go out, by the monotonic clock; null while they do. */
  failingSinceMs: number | null;
};

/** Runs until it is stopped; one request is under way at a time. */
export class Drain {
  readonly #options: DrainOptions;
  readonly #target: PushTarget;
  readonly #pause: Pick<WakefulPause, "for" | "end">;
  readonly #stopping = new AbortController();
  readonly #push: SplitPush;
  readonly #running: Promise<void>;
  #resource: Resource | null = null;
  #resourceKey = "";
  #send: { protocol: string; push: Push } | null = null;
  readonly #cursor: KeptCursor;
  /** What is sent now comes from this era of the cursor. */
  #era = 0;
  #missing: Batch["missing"] = new Map();
  #mostMoments = FIRST_MOMENTS;
  #failures = 0;
  #state: DrainState = { state: "ok", last_error: null, failingSinceMs: null };
  /** Whether the last attempt was refused for its token. */
  #isShutOut = false;

  constructor(target: PushTarget, options: DrainOptions) {
    this.#target = target;
    this.#options = options;
    this.#pause = options.pause ?? new WakefulPause();
    const { database, writer, log } = options;
    this.#cursor = new KeptCursor({ database, writer, log, signal: this.#stopping.signal });
    this.#push = new SplitPush({
      push: (points) => this.#client()(toResourceMetrics(points, this.#resourceNow())),
      settled: (settled) => this.#settle(settled),
    });
    this.#running = this.#run();
  }

  get state(): DrainState {
    return this.#state;
  }

  /** Tries again now, whatever it waits for: something changed. */
  wake(): void {
    this.#isShutOut = false;
    this.#pause.end();
  }

  /** Ends what is under way. What was not taken yet is sent after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#pause.end();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        const waitMs = await this.#step();
        if (this.#stopping.signal.aborted) return;
        await this.#pause.for(waitMs);
      } catch (error) {
        this.#options.log.error("The export of figures had a mishap; it goes on later.", error);
        await this.#pause.for(MISHAP_MS);
      }
    }
  }

  /** Sends the next batch. @returns how long to wait then, in milliseconds */
  async #step(): Promise<number> {
    if (this.#isShutOut) return Infinity;
    const { database, clock, settings } = this.#options;
    const cursor = await this.#cursor.find();
    this.#era = this.#cursor.era;
    const everyMs = settings().push_interval * 1000;
    const { moments, missing } = await readBatch(database, cursor, {
      everyMs,
      most: Math.min(settings().batch_size, this.#mostMoments),
      breathe: () => this.#pause.for(0),
    });
    this.#missing = missing;
    if (moments.length === 0) return this.#untilDue(cursor, everyMs);
    const startMs = clock.monotonic();
    const undecided = await this.#push.send(this.#pointsOf(moments));
    if (this.#stopping.signal.aborted) return 0;
    if (undecided !== null) return this.#fail(undecided);
    const workMs = clock.monotonic() - startMs;
    return Math.min(LOOK_MS, LEAST_PAUSE_MS + PAUSE_PER_WORK * workMs);
  }

  /** The figures of as many moments as one request holds. */
  #pointsOf(moments: readonly Moment[]): MomentPoints[] {
    const { database, streamer } = this.#options;
    const batch: MomentPoints[] = [];
    let figures = 0;
    for (const moment of moments) {
      const context = momentContext(database, moment.row.written_at_ms);
      const source = { ...moment.row, ...context };
      const points = pointsOf(moment, { source, streamer: streamer() });
      figures += points.length;
      this.#mostMoments = Math.max(1, Math.floor(MOST_FIGURES / Math.max(1, points.length)));
      if (batch.length > 0 && figures > MOST_FIGURES) break;
      batch.push({ moment, points });
    }
    return batch;
  }

  async #settle({ last, accepted, refused, tooOld, message }: Settled): Promise<void> {
    const wasFailing = this.#state.last_error !== null;
    if (message !== null && !wasFailing) this.#options.log.warn(message);
    if (message === null && wasFailing) this.#options.log.info("Figures are taken again.");
    this.#failures = 0;
    this.#state = { state: "ok", last_error: message, failingSinceMs: null };
    const acceptedAtMs = accepted > 0 ? Math.round(this.#options.clock.now()) : null;
    await this.#cursor.change((before) => ({
      position: last.position,
      accepted: before.accepted + accepted,
      refused: before.refused + refused,
      tooOld: before.tooOld + tooOld,
      expired: before.expired + this.#missingBetween(before.position.rowId, last.row.id),
      acceptedAtMs: acceptedAtMs ?? before.acceptedAtMs,
    }), this.#era);
  }

  /** Rows that were deleted after a row and before another. */
  #missingBetween(afterId: number, lastId: number): number {
    let sum = 0;
    for (const [id, rows] of this.#missing) if (id > afterId && id <= lastId) sum += rows;
    return sum;
  }

  /** @returns how long to wait */
  #fail(outcome: Undecided): number {
    const { clock, random, log } = this.#options;
    this.#failures++;
    if (this.#state.last_error !== outcome.message) {
      log.warn(`Figures are kept and sent later. ${outcome.message}`);
    }
    this.#isShutOut = outcome.kind === "unauthorized";
    this.#state = {
      state: outcome.kind === "busy" ? "waiting" : "paused",
      last_error: outcome.message,
      failingSinceMs: this.#state.failingSinceMs ?? clock.monotonic(),
    };
    if (outcome.kind === "unauthorized") return Infinity;
    if (outcome.kind === "misdirected") return MISDIRECTED_MS;
    return Math.max(outcome.waitMs ?? 0, backoffMs(this.#failures, random()));
  }

  #untilDue({ position: { pickedMs } }: ExportCursor, everyMs: number): number {
    const sinceMs = pickedMs === null ? 0 : this.#options.clock.now() - pickedMs;
    const leftMs = sinceMs < 0 || pickedMs === null ? 0 : everyMs - sinceMs;
    return Math.max(LOOK_MS, leftMs);
  }

  #client(): Push {
    const { fetch, clock, settings } = this.#options;
    const { protocol } = settings();
    if (this.#send?.protocol !== protocol) {
      const push = openPush({
        ...{ target: this.#target, protocol, fetch, now: clock.now, deadlineMs: DEADLINE_MS },
        signal: this.#stopping.signal,
      });
      this.#send = { protocol, push };
    }
    return this.#send.push;
  }

  #resourceNow(): Resource {
    const streamer = this.#options.streamer();
    const key = JSON.stringify(streamer);
    if (this.#resource === null || key !== this.#resourceKey) this.#resource = resourceOf(streamer);
    this.#resourceKey = key;
    return this.#resource;
  }
}
