import { parseArgs } from "node:util";
import { CannotRunError } from "../cannot_run_error.ts";

/** Exit codes of the product's commands. */
export const EXIT = { ok: 0, failed: 1, cannotRun: 2, alreadyRunning: 3, notRunning: 4 } as const;

/** The user called a command in a way that it does not know. */
export class UsageError extends CannotRunError {
  override name = "UsageError";
}

/** Flags that a command knows besides `--help` and `--version`; `strings` may be given repeatedly. */
export type FlagTypes = Readonly<Record<string, "string" | "strings" | "boolean">>;

/** The flags that were given. */
export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/**
 * Reads a command's flags.
 * @param options.positionals names of the arguments without a flag, under which they come back
 * @throws UsageError for an unknown flag, a missing value, or an argument too many
 */
export function parseFlags(
  args: readonly string[],
  types: FlagTypes,
  { positionals: names = [] }: { positionals?: readonly string[] } = {},
): Flags {
  const known: FlagTypes = { ...types, help: "boolean", version: "boolean" };
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: Object.fromEntries(
        Object.entries(known).map(([name, type]) => [
          name,
          type === "strings" ? { type: "string", multiple: true } : { type },
        ]),
      ),
      strict: true,
      allowPositionals: names.length > 0,
    });
    const extra = positionals[names.length];
    if (extra !== undefined) throw new Error(`Unexpected argument '${extra}'`);
    const named = Object.fromEntries(positionals.map((value, i) => [names[i], value]));
    return { ...values, ...named } as Flags;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split(". ")[0] : String(cause);
    throw new UsageError(`${reason}. See --help.`, { cause });
  }
}

/**
 * A flag's value as text; null if it was not given.
 * @throws UsageError if it is empty
 */
export function textFlag(flags: Flags, name: string): string | null {
  const value = flags[name];
  if (value === undefined) return null;
  if (typeof value !== "string" || value === "") {
    throw new UsageError(`--${name} needs a value. See --help.`);
  }
  return value;
}

/**
 * The values of a flag that may be given repeatedly, in their order; empty if it was not given.
 * @throws UsageError if one is empty
 */
export function textsFlag(flags: Flags, name: string): readonly string[] {
  const values = flags[name];
  if (!Array.isArray(values)) return [];
  if (values.includes("")) throw new UsageError(`--${name} needs a value. See --help.`);
  return values;
}

/**
 * A flag's value as a port number; null if it was not given.
 * @throws UsageError if it is none
 */
export function portFlag(flags: Flags, name: string): number | null {
  const text = textFlag(flags, name);
  if (text === null) return null;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65535) {
    throw new UsageError(`--${name} must be a whole number from 1 to 65535, is "${text}".`);
  }
  return port;
}

/**
 * A flag's value out of a list; null if it was not given.
 * @throws UsageError if it is none of them
 */
export function choiceFlag<C extends string>(
  flags: Flags,
  { name, choices }: { name: string; choices: readonly C[] },
): C | null {
  const text = textFlag(flags, name);
  const chosen = choices.find((choice) => choice === text);
  if (text !== null && chosen === undefined) {
    throw new UsageError(`--${name} must be one of ${choices.join(", ")}, is "${text}".`);
  }
  return chosen ?? null;
}
