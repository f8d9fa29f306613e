/**
 * Bundles sidecar and dock into sidecar/dist. With `--if-stale` only when their sources changed
 * since the last time.
 */
import { inventoryBundle, sidecarBundle } from "./bundle_sidecar.ts";
import { replaceFolder } from "./replace_folder.ts";

const DIST = "sidecar/dist";
/** Built here first: a sidecar that runs goes on with the old files, also if the build fails. */
const NEXT = `${DIST}/.next`;
const STAMP = `${DIST}/.sources`;
const SOURCE_FOLDERS = ["sidecar", "shared", "dock"];
const SOURCE_FILES = ["deno.json", "deno.lock"];

/** Paths of all source files, in a fixed order. */
async function sources(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (name === "dist") continue;
    if (isDirectory) paths.push(...await sources(path));
    else paths.push(path);
  }
  return paths.sort();
}

/** A digest of everything that goes into the bundles. */
async function digestOfSources(): Promise<string> {
  const paths = [...SOURCE_FILES, ...(await Promise.all(SOURCE_FOLDERS.map(sources))).flat()];
  const parts = await Promise.all(paths.map(async (path) => {
    const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
    return `${new Uint8Array(digest).toHex()} ${path}`;
  }));
  return parts.join("\n");
}

async function isCurrent(digest: string): Promise<boolean> {
  try {
    return await Deno.readTextFile(STAMP) === digest;
  } catch {
    return false;
  }
}

/** A short name for these sources, which sidecar and dock know one another by. */
async function buildIdOf(digest: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(digest));
  return new Uint8Array(bytes, 0, 8).toHex();
}

async function build(buildId: string): Promise<void> {
  // Loaded only to build: most starts find everything current.
  const { default: esbuild } = await import("esbuild");
  const { buildDock } = await import("../../dock/build.ts");
  await Deno.remove(NEXT, { recursive: true }).catch(() => {});
  try {
    await esbuild.build(sidecarBundle(NEXT, buildId));
    await esbuild.build(inventoryBundle(NEXT));
    await buildDock({ outDir: `${NEXT}/dock`, buildId });
  } finally {
    await esbuild.stop();
  }
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
