import { parseArguments, UsageError } from "./arguments.ts";
import { runSections } from "./run_sections.ts";
import type { Section } from "./section.ts";
import { sectionNames } from "./sections.ts";

/** What a command runs. */
export interface CommandOptions<N extends string> {
  /** The command's sections, made as long as the numbers say. */
  sections(numbers: Record<N, number>): Section[];
  /** Numbers that the command line may change, as `--name N`. */
  defaults: Record<N, number>;
}

/**
 * Runs the sections that a command line names, or all.
 * @returns the exit code: 0; 1 if a section failed; 2 if the command line was wrong
 */
export async function runCommand<N extends string>(
  args: readonly string[],
  { sections, defaults }: CommandOptions<N>,
): Promise<number> {
  try {
    const allowed = sections(defaults).map(({ name }) => name);
    const { names, numbers } = parseArguments(args, { names: allowed, defaults });
    const chosen = sections(numbers).filter(({ name }) => names.has(name));
    return await runSections({ sections: chosen, names: sectionNames() }) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(error.message);
    return 2;
  }
}
