/**
 * Headers that the user adds to every push, as `grafana.api_headers` holds them: lines `Name: value`.
 */

/** A header: its name in lower case, and its value. */
export type ExtraHeader = readonly [name: string, value: string];

/** Most lines. */
const MOST_LINES = 16;
/** Most characters of a line: web servers take about 8 KiB of headers altogether. */
const LINE_CHARS = 4096;

/** A name (RFC 9110, 5.1 and 5.6.2). */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** A value of printable ASCII, with blanks only inside (RFC 9110, 5.5). */
const VALUE = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/;

/** Headers that the push says itself, or that say how the connection is used (RFC 9110, 7.6.1). */
const OWN = new Set([
  "accept-encoding",
  "authorization",
  "connection",
  "expect",
  "host",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "user-agent",
]);

/**
 * Reads them. Empty lines are passed over.
 * @returns what is wrong and what to do, without a value, if they cannot be sent
 */
export function extraHeaders(text: string): ExtraHeader[] | string {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== "");
  if (lines.length === 0) return "There is no header. Enter lines such as X-Scope-OrgID: team.";
  if (lines.length > MOST_LINES) {
    return `There may be ${MOST_LINES} headers at most, these are ${lines.length}.`;
  }
  const headers = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const place = `Header ${index + 1}`;
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (colon < 1 || !NAME.test(name)) {
      return `${place} is no header. Enter a line such as X-Scope-OrgID: team.`;
    }
    if (line.length > LINE_CHARS) {
      return `${place} is too long. A line may have ${LINE_CHARS} characters.`;
    }
    if (OWN.has(name) || name.startsWith("content-")) {
      return `${place} has a name that the sidecar sets itself. Leave it out; a token goes into ` +
        "grafana.api_token.";
    }
    if (headers.has(name)) return `${place} is there twice. Keep one of the two.`;
    if (!VALUE.test(value)) {
      return `${place} has no value, or one with characters that a header cannot hold. Copy it anew.`;
    }
    headers.set(name, value);
  }
  return [...headers];
}
