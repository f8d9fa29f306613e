/**
 * Bundles sidecar and dock into sidecar/dist. With `--if-stale` only when their sources changed
 * since the last time.
 */
import { buildIdOf, digestOfSources } from "./digest_of_sources.ts";
import { replaceFolder } from "./replace_folder.ts";

const DIST = "sidecar/dist";
/** Built here first: a sidecar that runs goes on with the old files, also if the build fails. */
const NEXT = `${DIST}/.next`;
const STAMP = `${DIST}/.sources`;

async function isCurrent(digest: string): Promise<boolean> {
  try {
    return await Deno.readTextFile(STAMP) === digest;
  } catch {
    return false;
  }
}

async function build(buildId: string): Promise<void> {
  // Loaded only to build: most starts find everything current.
  const { buildInto } = await import("./build_into.ts");
  await buildInto(NEXT, { buildId });
  await replaceFolder(NEXT, DIST);
}

if (import.meta.main) {
  Deno.chdir(new URL("../../", import.meta.url));
  const digest = await digestOfSources();
  if (!Deno.args.includes("--if-stale") || !await isCurrent(digest)) {
    await build(await buildIdOf(digest));
    await Deno.writeTextFile(STAMP, digest);
  }
}
