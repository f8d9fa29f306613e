import type { SetupTerminal } from "./setup_options.ts";

/**
 * Asks until it is told yes or no; Enter alone is yes.
 * @returns null if the user wants to end
 */
export function askYes(
  question: string,
  { terminal, print }: { terminal: SetupTerminal; print(line: string): void },
): boolean | null {
  for (;;) {
    const answer = terminal.ask(`${question} [Y/n]`);
    if (answer === null) return null;
    if (/^\s*(y(es)?)?\s*$/i.test(answer)) return true;
    if (/^\s*no?\s*$/i.test(answer)) return false;
    print(`"${answer}" is none of that.`);
  }
}
