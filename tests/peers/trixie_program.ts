/**
 * Single programs out of Debian 13's packages, unpacked into the user's cache and not installed:
 * Debian 12 has none of them, or older ones.
 */
import { runTool } from "../../sidecar/packaging/run_tool.ts";
import { keptInCache } from "./kept_in_cache.ts";
import { openTrixieApt } from "./trixie_apt.ts";

const UNPACK_MS = 60_000;

/**
 * Path of a program; its package is fetched if it is not there yet.
 * @throws NotFetchedError if it cannot be fetched, with the end of what apt-get said
 */
export async function trixieProgram(packageName: string, program: string): Promise<string> {
  const holds = `usr/bin/${program}`;
  const folder = await keptInCache(`trixie-${packageName}`, {
    holds,
    make: (whole) => fetchPackage(packageName, whole),
  });
  return `${folder}/${holds}`;
}

async function fetchPackage(packageName: string, folder: string): Promise<void> {
  const work = await Deno.makeTempDir({ prefix: "trixie_" });
  try {
    const apt = await openTrixieApt(work, { type: "deb" });
    await apt("download", packageName);
    const deb = Array.from(Deno.readDirSync(work), ({ name }) => name)
      .find((name) => name.endsWith(".deb"));
    if (deb === undefined) throw new Error(`apt-get left no package of ${packageName}`);
    await runTool(["dpkg", "-x", deb, folder], { cwd: work, withinMs: UNPACK_MS });
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}
