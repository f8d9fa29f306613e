import type { Environment } from "../environment.ts";
import type { Flags, FlagTypes } from "./arguments.ts";

/** One of the product's commands. */
export interface Command {
  readonly name: string;
  /** What `--help` prints. */
  readonly help: string;
  readonly flags: FlagTypes;
  /** Names of the arguments without a flag, in their order; given to `run` among the flags. */
  readonly positionals?: readonly string[];
  /**
   * Runs the command to its end.
   * @returns the exit code
   * @throws UsageError if a flag's value is wrong
   */
  run(flags: Flags, environment: Environment): Promise<number>;
}
