/** Sends the history's figures to a backend, and loses none that the history still has. */
import type { Resource } from "@opentelemetry/resources";
import type { Config } from "../../shared/config.ts";
import type { ExportState } from "../../shared/export_state.ts";
import type { Database } from "../history/database.ts";
import type { HistoryWriter } from "../history/history_writer.ts";
import type { Log } from "../log/log.ts";
import type { Clock } from "../time/clock.ts";
import { withDeadline } from "../time/deadline.ts";
import { backoffMs } from "./backoff.ts";
import { BatchReader } from "./batch_reader.ts";
import type { ExportCursor } from "./export_cursor.ts";
import { KeptCursor } from "./kept_cursor.ts";
import { type MetricPoint, resourceOf, type Streamer, toResourceMetrics } from "./metric_points.ts";
import { openPush, type Push } from "./open_push.ts";
import type { PushOutcome } from "./push_outcome.ts";
import type { PushTarget } from "./push_target.ts";
import { RequestLimit } from "./request_limit.ts";
import { type MomentPoints, type Settled, SplitPush, type Undecided } from "./split_push.ts";
import { factsAfter } from "./told_facts.ts";
import { WakefulPause } from "./wakeful_pause.ts";
import { WatchedFetch } from "./watched_fetch.ts";

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
/** How long the end waits for the answer that is due: without it, what was sent is sent again. */
const LAST_ANSWER_MS = 1000;
/** Shortest pause between two requests, and how much of the time they may keep the program busy. */
const LEAST_PAUSE_MS = 50;
const PAUSE_PER_WORK = 2;
/** Between two looks for a row that is due. */
const LOOK_MS = 1000;
/** Between two tries at a place where no backend answers. */
const MISDIRECTED_MS = 60_000;
/** Between two tries with a token that was refused: it may be given its rights later. */
const UNAUTHORIZED_MS = 15 * 60_000;
/** Failures of a moment by itself before it is tried whether others fare better. */
const TRIES_ALONE = 3;
/** Moments that are tried in its place, one after each failure. */
const MOST_OTHERS = 8;
/** After an error of this program's own. */
const MISHAP_MS = 60_000;
const MISHAP = "The export of figures failed by a fault of the sidecar's own. It is tried again " +
  "every minute; the log tells more.";

/** How a drain fares. */
export type DrainState = Pick<ExportState, "state" | "last_error"> & {
  /** Since when figures do not go out, by the monotonic clock; null while they do. */
  failingSinceMs: number | null;
};

/** What becomes of figures that were not sent any more. */
const STOPPED: PushOutcome = { kind: "busy", waitMs: null, message: "The export has ended." };

const FINE: DrainState = { state: "ok", last_error: null, failingSinceMs: null };

/** Runs until it is stopped; one request is under way at a time. */
export class Drain {
  readonly #options: DrainOptions;
  readonly #target: PushTarget;
  readonly #pause: Pick<WakefulPause, "for" | "end">;
  /** Nothing new begins from then on. */
  #isStopping = false;
  /** Ends what is under way. */
  readonly #ending = new AbortController();
  readonly #push: SplitPush;
  readonly #running: Promise<void>;
  #resource: Resource | null = null;
  #resourceKey = "";
  #client: { protocol: string; push: Push } | null = null;
  readonly #cursor: KeptCursor;
  /** What is sent now comes from this era of the cursor. */
  #era = 0;
  readonly #reader: BatchReader;
  readonly #limit = new RequestLimit();
  readonly #requests: WatchedFetch;
  /** The moment that fails by itself, and how often it did. */
  #alone = { rowId: -1, failures: 0 };
  #failures = 0;
  #state: DrainState = FINE;

  constructor(target: PushTarget, options: DrainOptions) {
    this.#target = target;
    this.#options = options;
    this.#pause = options.pause ?? new WakefulPause();
    const { database, writer, settings, streamer, log } = options;
    const breathe = () => this.#pause.for(0);
    this.#reader = new BatchReader({ database, writer, settings, streamer, breathe });
    this.#requests = new WatchedFetch(options.fetch);
    this.#cursor = new KeptCursor({ database, writer, log, signal: this.#ending.signal });
    this.#push = new SplitPush({
      push: (points) => this.#send(points),
      settled: (settled) => this.#settle(settled),
    });
    this.#running = this.#run();
  }

  get state(): DrainState {
    return this.#state;
  }

  /** Tries again now, whatever it waits for: something changed. */
  wake(): void {
    this.#pause.end();
  }

  /**
   * Sends nothing more, and ends what is under way unless it is answered within a second. What was
   * not taken yet is sent after the next start.
   */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#pause.end();
    const what = "the metrics backend";
    await withDeadline(this.#running, { ms: LAST_ANSWER_MS, what }).catch(() => {});
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      try {
        const waitMs = await this.#step();
        if (this.#isStopping) return;
        await this.#pause.for(waitMs);
      } catch (error) {
        this.#stumble(error);
        if (this.#isStopping) return;
        await this.#pause.for(MISHAP_MS);
      }
    }
  }

  /** Sends the next batch. @returns how long to wait then, in milliseconds */
  async #step(): Promise<number> {
    const { clock, settings } = this.#options;
    const cursor = await this.#cursor.find();
    this.#era = this.#cursor.era;
    this.#reader.begin(cursor);
    const figures = this.#limit.figures(settings().batch_size);
    const batch = await this.#reader.read(cursor, { figures, moments: Infinity });
    const [head] = batch;
    if (head === undefined) {
      if (this.#reader.facts.name !== cursor.facts.name) await this.#keepFacts(cursor);
      if (this.#state.last_error === MISHAP) this.#state = FINE;
      return this.#untilDue(cursor, settings().push_interval * 1000);
    }
    await this.#keepFacts(cursor);
    const startMs = clock.monotonic();
    const isStuck = this.#alone.rowId === head.moment.row.id && this.#alone.failures >= TRIES_ALONE;
    const undecided = await (isStuck ? this.#pass(head, cursor) : this.#push.send(batch));
    if (this.#isStopping) return 0;
    if (undecided !== null) {
      if (this.#requests.end === "suspicious") this.#suspect(batch);
      return this.#fail(undecided);
    }
    this.#limit.worked();
    const workMs = clock.monotonic() - startMs;
    return Math.min(LOOK_MS, LEAST_PAUSE_MS + PAUSE_PER_WORK * workMs);
  }

  /** Before they are sent: what arrives without an answer is sent again, and must be the same. */
  async #keepFacts({ facts: before }: ExportCursor): Promise<void> {
    const { facts } = this.#reader;
    if (facts !== before) await this.#cursor.change((cursor) => ({ ...cursor, facts }), this.#era);
  }

  async #send(points: readonly MetricPoint[]): Promise<PushOutcome> {
    if (this.#isStopping) return STOPPED;
    const outcome = await this.#clientNow()(toResourceMetrics(points, this.#resourceNow()));
    if (this.#requests.end === "too_big") this.#limit.tooBig(points.length);
    return outcome;
  }

  /** It may be what was sent that the backend fails at: less is sent, down to one moment. */
  #suspect(batch: readonly MomentPoints[]): void {
    const [head] = batch;
    if (head === undefined) return;
    if (batch.length > 1) {
      this.#limit.failed(batch.reduce((sum, { points }) => sum + points.length, 0));
      return;
    }
    const { id } = head.moment.row;
    const before = this.#alone.rowId === id ? this.#alone.failures : 0;
    this.#alone = { rowId: id, failures: before + 1 };
  }

  /**
   * A moment that the backend keeps failing at is left out where it takes another one, and fails at
   * this one right after that. The other one is sent again when it is its turn.
   */
  async #pass(head: MomentPoints, cursor: ExportCursor): Promise<Undecided | null> {
    const others = this.#alone.failures - TRIES_ALONE;
    const moments = 2 + others % MOST_OTHERS;
    const batch = await this.#reader.read(cursor, { figures: Infinity, moments });
    const other = batch.slice(1).at(-1);
    await this.#keepFacts(cursor);
    const outcome = other === undefined ? null : await this.#send(other.points);
    if (outcome !== null && isUndecided(outcome)) return outcome;
    const undecided = await this.#push.send([head]);
    const isAtFault = outcome?.kind === "accepted" && this.#requests.end === "suspicious";
    if (undecided === null || !isAtFault) return undecided;
    await this.#settle({
      ...{ last: head.moment, accepted: 0, refused: head.points.length, tooOld: 0 },
      message: `The figures of one point in time are left out, for the backend fails at them ` +
        `and takes others. ${undecided.message}`,
    });
    return null;
  }

  /** A fault of this program's own must not go unseen. */
  #stumble(error: unknown): void {
    const { log, clock } = this.#options;
    if (this.#state.last_error !== MISHAP) log.error(MISHAP, error);
    const failingSinceMs = this.#state.failingSinceMs ?? clock.monotonic();
    this.#state = { state: "paused", last_error: MISHAP, failingSinceMs };
  }

  async #settle({ last, accepted, refused, tooOld, message }: Settled): Promise<void> {
    const before = this.#state.last_error;
    if (message !== null && message !== before) this.#options.log.warn(message);
    if (message === null && before !== null) this.#options.log.info("Figures are taken again.");
    this.#failures = 0;
    this.#state = { state: "ok", last_error: message, failingSinceMs: null };
    const isSameHistory = this.#cursor.era === this.#era;
    const missing = (afterId: number) =>
      isSameHistory ? this.#reader.missingBetween(afterId, last.row.id) : 0;
    const acceptedAtMs = accepted > 0 ? Math.round(this.#options.clock.now()) : null;
    await this.#cursor.change((before) => ({
      ...before,
      position: last.position,
      facts: factsAfter(before.facts, last.row.id),
      accepted: before.accepted + accepted,
      refused: before.refused + refused,
      tooOld: before.tooOld + tooOld,
      expired: before.expired + missing(before.position.rowId),
      acceptedAtMs: acceptedAtMs ?? before.acceptedAtMs,
    }), this.#era);
  }

  /** @returns how long to wait */
  #fail(outcome: Undecided): number {
    const { clock, random, log } = this.#options;
    this.#failures++;
    if (this.#state.last_error !== outcome.message) {
      log.warn(`Figures are kept and sent later. ${outcome.message}`);
    }
    this.#state = {
      state: outcome.kind === "busy" ? "waiting" : "paused",
      last_error: outcome.message,
      failingSinceMs: this.#state.failingSinceMs ?? clock.monotonic(),
    };
    if (outcome.kind === "unauthorized") return UNAUTHORIZED_MS;
    if (outcome.kind === "misdirected") return MISDIRECTED_MS;
    return Math.max(outcome.waitMs ?? 0, backoffMs(this.#failures, random()));
  }

  #untilDue({ position: { pickedMs } }: ExportCursor, everyMs: number): number {
    const sinceMs = pickedMs === null ? 0 : this.#options.clock.now() - pickedMs;
    const leftMs = sinceMs < 0 || pickedMs === null ? 0 : everyMs - sinceMs;
    return Math.max(LOOK_MS, leftMs);
  }

  #clientNow(): Push {
    const { clock, settings } = this.#options;
    const { fetch } = this.#requests;
    const { protocol } = settings();
    if (this.#client?.protocol !== protocol) {
      const push = openPush({
        ...{ target: this.#target, protocol, fetch, now: clock.now, deadlineMs: DEADLINE_MS },
        signal: this.#ending.signal,
      });
      this.#client = { protocol, push };
    }
    return this.#client.push;
  }

  #resourceNow(): Resource {
    const streamer = this.#options.streamer();
    const key = JSON.stringify(streamer);
    if (this.#resource === null || key !== this.#resourceKey) this.#resource = resourceOf(streamer);
    this.#resourceKey = key;
    return this.#resource;
  }
}

/** Whether what was sent is to be sent again, later. */
function isUndecided(outcome: PushOutcome): outcome is Undecided {
  return outcome.kind === "busy" || outcome.kind === "unauthorized" ||
    outcome.kind === "misdirected";
}
