/** How sending went, in words for the user. Nothing of what was sent or answered is repeated. */
import { retryAfterMs } from "../net/retry_after.ts";

/** How sending a message went. */
export type Outcome =
  | { kind: "sent"; message: string }
  /** Later it may go; `afterMs`: not before so long, if the server said. */
  | { kind: "retry"; message: string; afterMs: number | null }
  /** It will hardly go before the user changes something. */
  | { kind: "refused"; message: string }
  /** There is no address. */
  | { kind: "not set up"; message: string };

/** What is known of an answer. */
export interface WebhookAnswer {
  host: string;
  status: number;
  headers: Headers;
  /** As much of it as was read. */
  text: string;
  /** Unix milliseconds. */
  now: number;
  /** Whether a web page is an answer, too. */
  takesPages: boolean;
}

const SET_AGAIN = "Get the address anew and set notify.webhook_url again.";

/** What an answer means. */
export function outcomeOf(answer: WebhookAnswer): Outcome {
  const { host, status, headers, text, now } = answer;
  if (status >= 200 && status < 300) {
    if (!answer.takesPages && isPage(answer)) {
      return retry(
        `${host} answered with a web page (${status}): the network may want a login, or the ` +
          "address is another one than [notify] template says. Check both.",
      );
    }
    return { kind: "sent", message: `${host} took the message.` };
  }
  if (status >= 300 && status < 400) {
    return refused(
      `${host} sends messages on to another address (${status}), which is not followed. Set ` +
        "notify.webhook_url to the address that it leads to.",
    );
  }
  if (status === 429) {
    const afterMs = retryAfterMs(headers, { text, now });
    return retry(
      `${host} takes no more messages for now (429). They go on by themselves.`,
      afterMs,
    );
  }
  if (status === 408 || status === 425 || status >= 500 || status < 200) {
    const afterMs = retryAfterMs(headers, { now });
    return retry(`${host} has trouble of its own (${status}). It is tried again.`, afterMs);
  }
  if (status === 401 || status === 403) {
    return refused(`${host} refused the address's token (${status}). ${SET_AGAIN}`);
  }
  if (status === 404 || status === 405 || status === 410) {
    return refused(`${host} knows no such address (${status}), or not any more. ${SET_AGAIN}`);
  }
  return refused(
    `${host} does not take the message (${status}). Check that notify.webhook_url belongs to the ` +
      "service that [notify] template names, and that all its parts are there.",
  );
}

/** Why there was no answer. */
export function outcomeOfFailure(
  error: unknown,
  { host, port }: { host: string; port: string },
): Outcome {
  const text = messages(error);
  const place = port === "" ? host : `${host}:${port}`;
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return retry(`${place} did not answer within 10 s. Check the connection to the internet.`);
  }
  if (/dns error|failed to lookup|no such host|name or service/i.test(text)) {
    return retry(
      `No host named ${host} was found. Check the connection to the internet, and the address ` +
        "notify.webhook_url.",
    );
  }
  if (/connection refused|actively refused|os error (?:111|10061|61)\b/i.test(text)) {
    return retry(`Nothing listens at ${place}. Start the server, or set notify.webhook_url again.`);
  }
  if (/certificate|tls|handshake|invalidcontenttype/i.test(text)) {
    return retry(
      `No secure connection to ${place}: its certificate is not valid, or it speaks no TLS. ` +
        "Check notify.webhook_url, and this machine's clock.",
    );
  }
  return retry(`The connection to ${place} failed. Check the connection to the internet.`);
}

function retry(message: string, afterMs: number | null = null): Outcome {
  return { kind: "retry", message, afterMs };
}

function refused(message: string): Outcome {
  return { kind: "refused", message };
}

/** Whether an answer is a web page, by its type or its first words. */
function isPage({ headers, text }: WebhookAnswer): boolean {
  return /^text\/html/i.test(headers.get("content-type") ?? "") ||
    /^\s*<(?:!doctype html|html)/i.test(text);
}

/** The messages of an error and of what caused it; for looking into, not for showing. */
function messages(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.message} ${error.cause === undefined ? "" : messages(error.cause)}`;
}
