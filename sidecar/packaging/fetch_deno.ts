import { gunzipSync } from "node:zlib";
import { runTool } from "./run_tool.ts";
import { DENO_VERSION, denoFile, type Target } from "./targets.ts";
import { readTar } from "./read_tar.ts";

/** Where fetched archives are kept: the user's cache. */
export function denoCache(env: (name: string) => string | undefined): string {
  return `${env("XDG_CACHE_HOME") || `${env("HOME")}/.cache`}/obs-telemetry-bridge`;
}

/**
 * Deno's program for a system, byte for byte as npm has it. The archive is fetched once and kept in
 * `cache`; it is checked each time.
 * @throws if it cannot be fetched, or is not the one that is pinned
 */
export async function fetchDeno(target: Target, { cache }: { cache: string }): Promise<Uint8Array> {
  const archive = await fetchArchive(target, cache);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-512", archive)).toBase64();
  if (`sha512-${digest}` !== target.integrity) {
    throw new Error(
      `${target.denoPackage}@${DENO_VERSION} is not the archive that is pinned. Delete ${cache} ` +
        "and try again; if that does not help, do not use it.",
    );
  }
  const program = readTar(gunzipSync(archive)).get(`package/${denoFile(target)}`);
  if (program === undefined) throw new Error(`${target.denoPackage} holds no ${denoFile(target)}.`);
  return program;
}

async function fetchArchive(
  { denoPackage }: Target,
  cache: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const name = `${denoPackage.replace("@", "").replace("/", "-")}-${DENO_VERSION}.tgz`;
  const kept = `${cache}/${name}`;
  try {
    return await Deno.readFile(kept);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await Deno.mkdir(cache, { recursive: true });
  // Only a whole archive takes its place.
  const fetching = await Deno.makeTempDir({ dir: cache, prefix: "fetching-" });
  try {
    await runTool(
      ["npm", "pack", "--silent", `${denoPackage}@${DENO_VERSION}`, "--pack-destination", fetching],
      { install: "it comes with Node.js, https://nodejs.org" },
    );
    await Deno.rename(`${fetching}/${name}`, kept);
  } finally {
    await Deno.remove(fetching, { recursive: true });
  }
  return await Deno.readFile(kept);
}
