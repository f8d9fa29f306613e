import { cleanText } from "../../shared/text.ts";

/** What went wrong with an ingest server, for programs. */
export type RtmpErrorCode =
  /** The ingest URL or the stream key cannot be used as it is. */
  | "bad_url"
  | "bad_key"
  /** The host name has no address. */
  | "dns"
  /** No TCP connection: refused, unreachable, reset. */
  | "unreachable"
  /** No TLS connection: the certificate is not trusted, is another host's, or none came. */
  | "tls"
  /** No answer in time. */
  | "silent"
  /** What came is not RTMP. */
  | "garbage"
  /** The server ended the connection and did not say why. */
  | "closed_without_reason"
  /** The server refused the application, before any key. */
  | "refused_connect"
  /** The server refused the stream key. */
  | "refused_key"
  /** Somebody publishes with this key already. */
  | "key_in_use"
  /** The server ended the publishing and said why. */
  | "ended_by_server"
  /** The server neither acknowledges what it gets nor answers after it. */
  | "unmeasurable"
  /** The caller's signal. */
  | "aborted";

/** An ingest server that cannot be used, in words for the person who wants to stream. */
export class RtmpError extends Error {
  override name = "RtmpError";
  readonly code: RtmpErrorCode;

  constructor(code: RtmpErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Longest reason of a server that is passed on, in characters. */
const MAX_REASON_LENGTH = 160;

/**
 * A server's own words as one harmless line: cleaned, shortened, and without the stream key and
 * other secrets, which servers like to repeat.
 */
export function serverWords(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap((secret) => [secret, secret.split("?", 1)[0] ?? ""])
    .flatMap((form) => [form, encodeURIComponent(form)])
    .filter((form) => form !== "")
    .sort((a, b) => b.length - a.length);
  const safe = forms.reduce(
    (words, form) => words.replaceAll(form, "[key]"),
    text.toWellFormed().slice(0, 4096),
  );
  return cleanText(safe, MAX_REASON_LENGTH);
}
