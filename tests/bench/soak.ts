/**
 * `deno task soak [SECTION…] [--reads N] [--kills N] [--minutes N] [--seed N]`: the promises that
 * take long to measure. Writes them into RESULTS.md.
 */
import { runCommand } from "./run_command.ts";
import { SOAK_DEFAULTS, soakSections } from "./sections.ts";

if (import.meta.main) {
  Deno.exit(await runCommand(Deno.args, { sections: soakSections, defaults: SOAK_DEFAULTS }));
}
