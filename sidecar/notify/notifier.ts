import type { TestResult } from "../../shared/api.ts";
import type { Config } from "../../shared/config.ts";
import type { Log } from "../log/log.ts";
import type { Clock } from "../time/clock.ts";
import { AlertBook, type AlertChange } from "./alert_book.ts";
import type { Message } from "./message.ts";
import type { Outcome } from "./outcome.ts";
import { RateLimit } from "./rate_limit.ts";

/** Failures one after another from which on the user is told. */
const TOLD_FAILURES = 3;

/** What a notifier needs. */
export interface NotifierOptions {
  /** As they are now. */
  settings(): Config["notify"];
  streamer(): string;
  /** Sends once. */
  send(message: Message, signal: AbortSignal): Promise<Outcome>;
  clock: Clock;
  log: Log;
}

/** Tells of alerts: together, not too often, and again where it failed. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #book = new AlertBook();
  readonly #closing = new AbortController();
  readonly #rate = new RateLimit();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #sending: Promise<void> | null = null;
  /** Whether there is no address to send to. */
  #stopped = false;
  #problem: string | null = null;
  /** Rises with `resume`: what was found out before says nothing then. */
  #era = 0;

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** Why messages do not arrive and what to do; null as far as they do. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Takes what an alert does. */
  take(event: AlertChange): void {
    const { clock, settings } = this.#options;
    const { enabled, minimum_severity: least } = settings();
    if (!enabled) return;
    this.#book.take(event, { least, now: clock.now(), nowMs: clock.monotonic() });
    this.#schedule();
  }

  /** Tries again: address or settings changed. */
  resume(): void {
    this.#era++;
    this.#stopped = false;
    this.#rate.reset();
    this.#problem = null;
    // Whoever switches it off and on again is not told of what was before.
    if (!this.#options.settings().enabled) this.#book.clear();
    this.#schedule();
  }

  /** Sends a test message now, and tells how that went. */
  async test(): Promise<TestResult> {
    const { kind, message } = await this.#send({
      kind: "test",
      alerts: [],
      more: 0,
      lasting: null,
    });
    if (kind !== "sent") return { ok: false, message };
    this.resume();
    const { enabled } = this.#options.settings();
    return {
      ok: true,
      message: enabled ? message : `${message} Alerts go there once [notify] enabled = true.`,
    };
  }

  /** Sends nothing more. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#clearTimer();
    await this.#sending;
  }

  #schedule(): void {
    this.#clearTimer();
    const { clock, settings } = this.#options;
    const isIdle = this.#stopped || this.#closing.signal.aborted || !settings().enabled;
    if (isIdle || this.#sending !== null) return;
    const nowMs = clock.monotonic();
    const atMs = [false, true].flatMap((isUrgent) => {
      const dueMs = this.#book.dueMs(nowMs, { isUrgent });
      return dueMs === null ? [] : [Math.max(dueMs, this.#rate.freeMs({ isUrgent }))];
    });
    if (atMs.length === 0) return;
    const waitMs = Math.min(...atMs) - nowMs;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#sending = this.#tell().finally(() => {
        this.#sending = null;
        this.#schedule();
      });
    }, Math.max(0, Math.ceil(waitMs)));
  }

  async #tell(): Promise<void> {
    const { clock, log } = this.#options;
    const era = this.#era;
    const taken = this.#book.toTell(clock.monotonic());
    // What waited may be no news any more.
    if (taken.alerts.length === 0) return;
    try {
      const outcome = await this.#send({ kind: "alerts", ...taken });
      if (this.#closing.signal.aborted) return;
      if (outcome.kind === "sent") {
        this.#book.tell(taken, clock.monotonic());
        this.#rate.sent(clock.monotonic());
        this.#setProblem(null);
      } else if (era === this.#era) {
        this.#takeFailure(outcome);
      }
    } catch (cause) {
      this.#book.giveUp();
      log.error("An alert was not sent, by a fault of the sidecar's own.", cause);
    }
  }

  #takeFailure(outcome: Exclude<Outcome, { kind: "sent" }>): void {
    if (outcome.kind === "not set up") {
      this.#stopped = true;
      // Without an address nobody expects a message.
      this.#setProblem(null);
      return;
    }
    if (outcome.kind === "refused") {
      this.#rate.refused(this.#options.clock.monotonic());
      this.#setProblem(outcome.message);
      return;
    }
    if (!this.#rate.failed(this.#options.clock.monotonic(), outcome.afterMs)) this.#book.giveUp();
    const isTold = this.#problem !== null || this.#rate.failures >= TOLD_FAILURES;
    if (isTold) this.#setProblem(outcome.message);
  }

  #send(what: Pick<Message, "kind" | "alerts" | "more" | "lasting">): Promise<Outcome> {
    const { streamer, clock, send } = this.#options;
    const { kind, alerts, more, lasting } = what;
    const message: Message = { kind, streamer: streamer(), at: clock.now(), alerts, more, lasting };
    return send(message, this.#closing.signal);
  }

  #setProblem(problem: string | null): void {
    if (problem === this.#problem) return;
    const { log } = this.#options;
    if (problem !== null) log.warn(`Alerts are not sent. ${problem}`);
    else log.info("Alerts are sent again.");
    this.#problem = problem;
  }

  #clearTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
