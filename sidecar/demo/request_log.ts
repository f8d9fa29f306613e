import { createNotifier } from "./notifier.ts";
import type { JsonObject } from "./protocol.ts";

/** One request as it came in. */
export interface LoggedRequest {
  type: string;
  data: JsonObject | null;
  /** Number of the connection it came on, from 1. */
  connection: number;
  /** Number of the batch it came in, from 1; null if it came alone. */
  batch: number | null;
  /** Monotonic milliseconds of the injected clock. */
  atMs: number;
}

/** One batch as it came in. */
export interface LoggedBatch {
  /** Number of the batch, from 1. */
  batch: number;
  /** Types of its requests, in order. */
  types: string[];
  /** As sent; null if the client left it out, which means 0. */
  executionType: number | null;
  haltOnFailure: boolean;
  connection: number;
  atMs: number;
}

/** Most recent requests and batches that are kept; older ones are only counted. */
const KEPT = 1000;

/** What clients asked for. */
export class RequestLog {
  #requests: LoggedRequest[] = [];
  #batches: LoggedBatch[] = [];
  #counts = new Map<string, number>();
  #batchCount = 0;
  #arrived = createNotifier<LoggedRequest>();
  #batchArrived = createNotifier<LoggedBatch>();

  /** The latest requests, those of batches included, oldest first. */
  get all(): readonly LoggedRequest[] {
    return this.#requests;
  }

  /** The latest batches, oldest first. */
  get batches(): readonly LoggedBatch[] {
    return this.#batches;
  }

  /** Batches since the start. */
  get batchCount(): number {
    return this.#batchCount;
  }

  /** Requests since the start or the last `clear`, of one type or of all. */
  count(type?: string): number {
    if (type !== undefined) return this.#counts.get(type) ?? 0;
    return this.#counts.values().reduce((sum, count) => sum + count, 0);
  }

  /** Forgets what came; batch numbers go on. */
  clear(): void {
    this.#requests = [];
    this.#batches = [];
    this.#counts.clear();
  }

  /** Resolves when the next request (of that type) has come in, before it is answered. */
  next(type?: string): Promise<LoggedRequest> {
    return this.#arrived.next((request) => type === undefined || request.type === type);
  }

  /** Resolves when the next batch has come in, before it is answered. */
  nextBatch(): Promise<LoggedBatch> {
    return this.#batchArrived.next();
  }

  /** Writes one request down. */
  addRequest(request: LoggedRequest): void {
    this.#requests.push(request);
    if (this.#requests.length > KEPT) this.#requests.shift();
    this.#counts.set(request.type, (this.#counts.get(request.type) ?? 0) + 1);
    this.#arrived.notify(request);
  }

  /** Writes one batch down, its requests apart, and gives it its number. */
  addBatch(batch: Omit<LoggedBatch, "batch">): number {
    const logged = { batch: ++this.#batchCount, ...batch };
    this.#batches.push(logged);
    if (this.#batches.length > KEPT) this.#batches.shift();
    this.#batchArrived.notify(logged);
    return logged.batch;
  }
}
