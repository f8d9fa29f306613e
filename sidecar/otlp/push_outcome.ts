/** What a backend's answer means for the figures that it was sent. */
import { retryAfterMs } from "../net/retry_after.ts";
import type { AnswerBody } from "./answer.ts";
import { describeAnswer } from "./push_answer.ts";

/** What became of a push. */
export type PushOutcome =
  /** Taken, all but so many. */
  | { kind: "accepted"; rejected: number; message: string | null }
  /** Not taken, and never will be as it is: some of it is at fault. */
  | { kind: "refused"; isTooOld: boolean; message: string }
  | { kind: "too_big"; message: string }
  /** To be sent again, no sooner than the backend says. */
  | { kind: "busy"; waitMs: number | null; message: string }
  /** Of no use before address, token or what it may do changes; tried again now and then. */
  | { kind: "unauthorized"; message: string }
  /** No backend answers there: a wrong address, or a network that wants a login first. */
  | { kind: "misdirected"; message: string };

/** An answer and what was sent. */
export interface PushExchange {
  response: Response;
  answer: AnswerBody;
  /** Reads the figures that were left out of what was taken. */
  rejectedOf(bytes: Uint8Array): number;
  host: string;
  protocol: string;
  withToken: boolean;
  /** Unix milliseconds. */
  now: number;
  /** When the newest figure that was sent is from, Unix milliseconds. */
  newestMs: number;
}

/** Statuses that say nothing of what was sent (OTLP/HTTP, "Retryable Response Codes", and 408). */
const PASSING = new Set([408, 425, 429]);
/** Statuses that say that what was sent is at fault (OTLP/HTTP, "Bad Data", and 422). */
const BAD_DATA = new Set([400, 422]);

/**
 * How backends say that figures are older than they take: Prometheus and Mimir ("out of order
 * sample", "out of bounds", "timestamp too old"), Grafana Cloud ("err-mimir-sample-timestamp-too-old").
 */
const TOO_OLD = /out[ -]of[ -](?:order|bounds)|too[ -]old|too far in the past/i;

/**
 * How they say that figures are from the future: Prometheus ("out of bounds: timestamp is too far in
 * the future"), Mimir ("err-mimir-too-far-in-future"). Both allow ten minutes.
 */
const TOO_NEW = /in[ -](?:the[ -])?future/i;
/** Figures so far ahead of this PC's clock were written before it was set right. */
const WRONG_CLOCK_MS = 60 * 60_000;

/** Tells what an answer means. */
export function outcomeOf(exchange: PushExchange): PushOutcome {
  const { response: { status, headers }, answer, host, protocol, withToken, now } = exchange;
  const { ok, message } = describeAnswer({ host, status, answer, protocol, withToken });
  if (ok) return accepted(exchange);
  if (PASSING.has(status) || status >= 500) {
    return { kind: "busy", waitMs: retryAfterMs(headers, { now }), message };
  }
  if (status === 401 || (status === 403 && !answer.isHtml)) {
    return { kind: "unauthorized", message };
  }
  if (status === 413) {
    return { kind: "too_big", message: `${host} takes no requests of this size (413).` };
  }
  if (BAD_DATA.has(status) && !answer.isHtml) {
    const text = new TextDecoder().decode(answer.bytes);
    if (TOO_NEW.test(text)) return tooNew(exchange);
    const isTooOld = TOO_OLD.test(text);
    return { kind: "refused", isTooOld, message: isTooOld ? tooOld(host) : message };
  }
  return { kind: "misdirected", message };
}

function accepted({ answer, rejectedOf, host }: PushExchange): PushOutcome {
  const rejected = rejectedOf(answer.bytes);
  const message = rejected > 0 ? `${host} left ${rejected} figures out.` : null;
  return { kind: "accepted", rejected, message };
}

/** Figures of a clock that is ahead are taken once it is set right, or their time has come. */
function tooNew({ host, now, newestMs }: PushExchange): PushOutcome {
  if (newestMs - now > WRONG_CLOCK_MS) {
    const message =
      `${host} takes no figures from the future: this PC's clock was ahead when they ` +
      "were recorded. Newer ones go out; have the clock set by the internet.";
    return { kind: "refused", isTooOld: false, message };
  }
  const message =
    `${host} takes no figures from the future: this PC's clock is ahead. Set it right, ` +
    "by the internet; the figures are kept.";
  return { kind: "busy", waitMs: null, message };
}

function tooOld(host: string): string {
  return `${host} takes no figures that are this old. Where it is Prometheus or Mimir, set ` +
    "out_of_order_time_window there.";
}
