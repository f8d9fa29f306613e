import type { ConfigProblem } from "./parse_config.ts";

/**
 * Why settings were not saved; the file is as it was.
 * - `conflict`: the file is not the one that the change was made for. Read it again.
 * - `invalid`: a value is not allowed or there is no such setting; `problems` has all of them.
 * - `damaged`: the file itself has errors, which the user must mend; `problems` has all of them.
 * - `failed`: it could not be read or written, or the change cannot be made in it.
 */
export type ConfigErrorKind = "conflict" | "invalid" | "damaged" | "failed";

/** Settings could not be saved. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly kind: ConfigErrorKind;
  readonly problems: readonly ConfigProblem[];

  constructor(
    kind: ConfigErrorKind,
    message: string,
    { problems = [], ...options }: ErrorOptions & { problems?: readonly ConfigProblem[] } = {},
  ) {
    super(message, options);
    this.kind = kind;
    this.problems = problems;
  }
}
