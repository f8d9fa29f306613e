/**
 * Bundles sidecar and dock into sidecar/dist. With `--if-stale` only when their sources changed
 * since the last time. Exit code 2 if that fails, as for a command that cannot run.
 */
import { refreshBundles } from "./refresh_bundles.ts";

/** What failed, in a line; esbuild tells itself where the sources are wrong. */
function problemOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split("\n", 1)[0] ?? "").replace(/[.:]$/, "");
}

if (import.meta.main) {
  Deno.chdir(new URL("../../", import.meta.url));
  try {
    await refreshBundles("sidecar/dist", { isForced: !Deno.args.includes("--if-stale") });
  } catch (error) {
    console.error(`Cannot build the program: ${problemOf(error)}. Mend that, and run this again.`);
    Deno.exit(2);
  }
}
