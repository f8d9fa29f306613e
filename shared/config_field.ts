/** What one setting may be: its type, default, range and help, for file, checks and form alike. */

import { hostName } from "./host_name.ts";
import { parseUrl } from "./parse_url.ts";
import { valueRemark } from "./value_remark.ts";

/** What a setting may be. */
export interface Field<T> {
  /** Which control a form shows. */
  readonly kind: "whole" | "number" | "switch" | "choice" | "text";
  readonly default: T;
  /** One line for the user: what it does, in which unit. */
  readonly help: string;
  /** What is allowed, as a person reads it. */
  readonly allowed: string;
  /** Least and most of a number. */
  readonly min?: number;
  readonly max?: number;
  /** All that a choice can be. */
  readonly choices?: readonly string[];
  /** Whether a value that the user gave is allowed. */
  accepts(value: unknown): value is T;
}

/** Most characters of a text. */
const LONGEST_TEXT = 253;

interface Range {
  min: number;
  max: number;
  help: string;
}

/** A whole number. */
export function whole({ default: value, ...range }: Range & { default: number }): Field<number> {
  const field = numeric("whole", range);
  return { ...field, default: value };
}

/** A whole number that may be missing. */
export function optionalWhole(range: Range): Field<number | null> {
  return optional(numeric("whole", range));
}

/** A number with or without decimals. */
export function decimal({ default: value, ...range }: Range & { default: number }): Field<number> {
  return { ...numeric("number", range), default: value };
}

/** True or false. */
export function flag(value: boolean, help: string): Field<boolean> {
  return {
    kind: "switch",
    default: value,
    help,
    allowed: "true or false",
    accepts: (candidate): candidate is boolean => typeof candidate === "boolean",
  };
}

/** One of several words. */
export function choice<const C extends string>(
  { default: value, choices, help }: { default: C; choices: readonly C[]; help: string },
): Field<C> {
  return {
    kind: "choice",
    default: value,
    help,
    allowed: `one of ${choices.map((item) => `"${item}"`).join(", ")}`,
    choices,
    accepts: (candidate): candidate is C => choices.some((item) => item === candidate),
  };
}

/** A text on one line. */
export function text({ default: value, help }: { default: string; help: string }): Field<string> {
  return {
    kind: "text",
    default: value,
    help,
    allowed: `a text of 1 to ${LONGEST_TEXT} characters on one line`,
    accepts: (candidate): candidate is string => isText(candidate),
  };
}

/** A host name or address. */
export function host({ default: value, help }: { default: string; help: string }): Field<string> {
  return {
    kind: "text",
    default: value,
    help,
    allowed: 'a host name or address such as "10.0.0.5", without port or path',
    accepts: (candidate): candidate is string => isText(candidate) && hostName(candidate) !== null,
  };
}

/** A text that may be missing. */
export function optionalText(help: string): Field<string | null> {
  return optional(text({ default: "", help }));
}

/**
 * An address that may be missing. A password in it would be readable in config.toml, so none is
 * taken.
 */
export function optionalAddress(
  { schemes, example, help }: { schemes: readonly string[]; example: string; help: string },
): Field<string | null> {
  return optional({
    kind: "text",
    default: "",
    help,
    allowed: `an address such as "${example}", without user name and password`,
    accepts: (candidate): candidate is string => {
      const url = isText(candidate) ? parseUrl(candidate) : null;
      return url !== null && schemes.includes(url.protocol.slice(0, -1)) && url.hostname !== "" &&
        url.username === "" && url.password === "";
    },
  });
}

/** What is wrong with a value that its field does not accept: "must be …, is 50". */
export function refusal(
  { allowed, kind }: Pick<Field<unknown>, "allowed" | "kind">,
  value: unknown,
): string {
  return `must be ${allowed}${valueRemark(value, { isTextOdd: kind !== "text" })}`;
}

/** A value as a message quotes it: on one line, and not without end. */
export function shown(value: unknown): string {
  const isNumber = typeof value === "bigint" || typeof value === "number";
  const json = isNumber ? String(value) : JSON.stringify(value) ?? String(value);
  return json.length <= 60 ? json : `${json.slice(0, 59)}…`;
}

function numeric(
  kind: "whole" | "number",
  { min, max, help }: Range,
): Field<number> {
  const isKind = kind === "whole" ? Number.isInteger : Number.isFinite;
  return {
    kind,
    default: min,
    help,
    allowed: `a ${kind === "whole" ? "whole number" : "number"} from ${min} to ${max}`,
    min,
    max,
    accepts: (candidate): candidate is number =>
      typeof candidate === "number" && isKind(candidate) && candidate >= min && candidate <= max,
  };
}

function optional<T>(field: Field<T>): Field<T | null> {
  return {
    ...field,
    default: null,
    // A missing setting is one that is not in the file: null itself is no value to write.
    accepts: (candidate): candidate is T | null => field.accepts(candidate),
  };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "" && value.length <= LONGEST_TEXT &&
    !/[\p{Cc}\p{Cs}]/u.test(value);
}
