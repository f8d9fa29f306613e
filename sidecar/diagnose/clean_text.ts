/** Takes out of text what a stranger must not read, whether it is known or only looks like it. */
import type { Redactor } from "../log/redactor.ts";

const REDACTED = "[redacted]";

/** Of an address only scheme and host stay: keys and tokens stand in the rest. */
const ADDRESS = /([a-z][a-z0-9+.-]*:\/\/)(?:[^\s"'<>/?#@]*@)?([^\s"'<>/?#]*)([/?#][^\s"'<>]*)?/gi;
/** `password: x`, `"stream_key": "x"`, `Authorization: Basic x`, `?token=x`. */
const NAMED =
  /((?:pass(?:word|wd|phrase)?|token|secret|credential|authorization|cookie|[a-z]*[ _-]?key)["']?\s*[=:]\s*)(?:(?:bearer|basic)\s+)?("[^"]*"|'[^']*'|[^\s,;}\]]+)/gi;
const BEARER = /\b(bearer|basic)\s+[\w+/=.~-]{6,}/gi;
/** As random as keys and tokens are: long, with letters that are no number's and with digits. */
const LONG_WORD = /(?<![\w+/=-])(?=[\w+/=-]*\d)(?=[\w+=-]*[a-df-z])[\w+=-]{20,}/gi;
/** As YouTube's keys are: abcd-1234-efgh-5678. */
const GROUPS = /\b(?:[a-z0-9]{4}-){3,}[a-z0-9]{4}\b/gi;
/** Mail addresses. */
const MAIL = /\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b/g;

/** What is known of the user's secrets and places. */
export interface CleanTextOptions {
  /** Knows the secrets themselves. */
  redactor: Pick<Redactor, "redact">;
  /** The user's home folder; null if unknown. */
  home: string | null;
}

/** The text for strangers' eyes. More is taken out than must be. */
export function cleanText(text: string, { redactor, home }: CleanTextOptions): string {
  const named = redactor.redact(text)
    .replace(
      ADDRESS,
      (_, scheme: string, host: string, rest = "") =>
        `${scheme}${host}${rest === "" || rest === "/" ? rest : "/…"}`,
    )
    .replace(NAMED, (all, name: string, value: string) => {
      if (/^(true|false|null|\{|\d{1,6}$)/.test(value)) return all;
      const quote = /^["']/.exec(value)?.[0] ?? "";
      return `${name}${quote}${REDACTED}${quote}`;
    })
    .replace(BEARER, `$1 ${REDACTED}`)
    .replace(GROUPS, REDACTED);
  return withoutHome(named, home).replace(LONG_WORD, REDACTED).replace(MAIL, REDACTED);
}

/** With `~` in place of the home folder, however its path is written. */
function withoutHome(text: string, home: string | null): string {
  if (home === null || home.length < 2) return text;
  const parts = home.split(/[\\/]/).map((part) => RegExp.escape(part));
  return text.replace(new RegExp(parts.join(String.raw`(?:\\\\|\\|/)`), "gi"), "~");
}
