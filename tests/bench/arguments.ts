/** The command line was wrong. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** What a command line asks for. */
export interface Arguments<N extends string> {
  /** The sections to run. */
  names: Set<string>;
  numbers: Record<N, number>;
}

/**
 * Reads `[SECTION…] [--number N]…`. No section means all of `names`.
 * @throws UsageError if a section or a number's name is unknown, or its value is none
 */
export function parseArguments<N extends string>(
  args: readonly string[],
  { names, defaults }: { names: readonly string[]; defaults: Record<N, number> },
): Arguments<N> {
  const chosen = new Set<string>();
  const numbers = { ...defaults };
  const isNumber = (name: string): name is N => Object.hasOwn(defaults, name);
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? "";
    const name = argument.startsWith("--") ? argument.slice(2) : "";
    if (isNumber(name)) {
      const text = args[++index];
      if (text === undefined || !/^[1-9]\d{0,8}$/.test(text)) {
        throw new UsageError(`--${name} must be a whole number from 1, is ${text ?? "missing"}.`);
      }
      numbers[name] = Number(text) as typeof numbers[N];
    } else if (names.includes(argument)) {
      chosen.add(argument);
    } else {
      const allowed = [...names, ...Object.keys(defaults).map((flag) => `--${flag} N`)];
      throw new UsageError(`"${argument}" is unknown. There is: ${allowed.join(", ")}.`);
    }
  }
  return { names: chosen.size === 0 ? new Set(names) : chosen, numbers };
}
