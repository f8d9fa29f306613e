/** What a backend's answer, or the lack of one, means to a person. Never repeats what was sent. */
import type { TestResult } from "../../shared/api.ts";
import type { AnswerBody } from "./answer.ts";

const ADDRESSES = "Grafana Cloud's address ends in /otlp, Prometheus's in /api/v1/otlp, " +
  "VictoriaMetrics's in /opentelemetry.";

/** What is known of an answer. */
export interface PushAnswer {
  /** The backend's host. */
  host: string;
  status: number;
  answer: Pick<AnswerBody, "isHtml" | "isOtlp">;
  protocol: string;
  /** Whether a token was sent. */
  withToken: boolean;
}

/** An answer in words. */
export function describeAnswer(
  { host, status, answer: { isHtml, isOtlp }, protocol, withToken }: PushAnswer,
): TestResult {
  const no = (message: string): TestResult => ({ ok: false, message });
  if (status >= 200 && status < 300 && !isHtml) {
    return isOtlp
      ? { ok: true, message: `${host} takes figures.` }
      : no(`${host} answered, but speaks no OTLP (${status}). Check grafana.api_url: ${ADDRESSES}`);
  }
  if (status >= 300 && status < 400) {
    return no(
      `${host} sends the figures on to another address, which is not followed. Enter the address ` +
        "that it leads to as grafana.api_url.",
    );
  }
  if (status === 401 || status === 403) {
    return no(
      withToken
        ? `${host} refused the token (${status}). Make a new one that may write metrics, and set ` +
          "grafana.api_token; for Grafana Cloud as INSTANCE:TOKEN."
        : `${host} asks for a token (${status}). Set grafana.api_token; for Grafana Cloud as ` +
          "INSTANCE:TOKEN.",
    );
  }
  // Proxies tell of their trouble by a web page.
  if (status === 429 || status === 503) {
    return no(`${host} is too busy to take figures now (${status}). Try again later.`);
  }
  if (status >= 500) {
    return no(`${host} has trouble of its own (${status}). Try again later.`);
  }
  if (isHtml || status === 404 || status === 405) {
    const what = isHtml ? "answered with a web page" : "takes no figures at this path";
    return no(`${host} ${what} (${status}). Check grafana.api_url: ${ADDRESSES}`);
  }
  if (status === 400 || status === 415) {
    const other = protocol === "http/json" ? "http/protobuf" : "http/json";
    return no(
      `${host} does not take what it was sent (${status}). Try [grafana] protocol = "${other}".`,
    );
  }
  return no(`${host} does not take figures now (${status}). Try again later.`);
}

/** Where there was no answer. */
export interface PushFailure {
  host: string;
  /** Empty where it is the usual one. */
  port: string;
  /** How long was waited. */
  deadlineMs: number;
}

/** Why there was no answer, in words. */
export function describeFailure(
  error: unknown,
  { host, port, deadlineMs }: PushFailure,
): TestResult {
  const text = messages(error);
  const place = port === "" ? host : `${host}:${port}`;
  const message = isTimeout(error)
    ? `${place} did not answer within ${deadlineMs / 1000} s. Check the address and the ` +
      "connection to the internet."
    : /dns error|failed to lookup|no such host|name or service/i.test(text)
    ? `There is no host named ${host}. Check grafana.api_url, and the connection to the internet.`
    : /connection refused|actively refused|os error 111|os error 10061|os error 61\b/i.test(text)
    ? `Nothing listens at ${place}. Start the backend, or check grafana.api_url.`
    : /certificate|tls|handshake|invalidcontenttype/i.test(text)
    ? `No secure connection to ${place}: its certificate is not valid, or it speaks no TLS. ` +
      "Check grafana.api_url."
    : `The connection to ${place} failed. Check grafana.api_url, and the connection to the internet.`;
  return { ok: false, message };
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

/** The messages of an error and of what caused it; for looking into, not for showing. */
function messages(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.message} ${error.cause === undefined ? "" : messages(error.cause)}`;
}
