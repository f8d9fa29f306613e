/** `deno task bench [SECTION…]`: measures the promises and writes them into RESULTS.md. */
import { runCommand } from "./run_command.ts";
import { benchSections } from "./sections.ts";

if (import.meta.main) {
  Deno.exit(await runCommand(Deno.args, { sections: benchSections, defaults: {} }));
}
