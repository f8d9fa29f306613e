/** Debian 13's packages on a Debian 12: fetched, not installed. */
import { runTool } from "../../sidecar/packaging/run_tool.ts";

const SUITE = "trixie";

/** Apt with lists and sources in a folder of its own; nothing of the system's is changed. */
export type TrixieApt = (...args: readonly string[]) => Promise<string>;

/**
 * Reads Debian 13's lists into a folder, which is where `apt-get` then works too.
 * @param options.type `deb` for packages, `deb-src` for their sources
 * @throws if they cannot be fetched, with the end of what apt-get said
 */
export async function openTrixieApt(
  work: string,
  { type }: { type: "deb" | "deb-src" },
): Promise<TrixieApt> {
  await Deno.mkdir(`${work}/lists/partial`, { recursive: true });
  await Deno.writeTextFile(`${work}/sources.list`, `${type} ${await mirror()} ${SUITE} main\n`);
  const options = [
    `Dir::Etc::sourcelist=${work}/sources.list`,
    "Dir::Etc::sourceparts=-",
    `Dir::State::Lists=${work}/lists`,
    "Dir::Cache::pkgcache=",
    "Dir::Cache::srcpkgcache=",
  ].flatMap((option) => ["-o", option]);
  const apt: TrixieApt = (...args) => runTool(["apt-get", ...options, ...args], { cwd: work });
  await apt("update");
  return apt;
}

/**
 * The mirror that this machine's own sources name.
 * @throws if they name none
 */
async function mirror(): Promise<string> {
  for (const path of ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"]) {
    const text = await Deno.readTextFile(path).catch(() => "");
    const found = /^(?:URIs:|deb)\s+(https?:\/\/\S+\/debian)\/?(?:\s|$)/m.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  // Written in another way, or in another file: apt knows what it has read.
  const uris = await runTool([
    ...["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
  ]);
  const known = uris.split("\n").find((uri) => /^https?:/.test(uri) && !uri.includes("security"));
  if (known === undefined) {
    throw new Error("apt knows of no Debian mirror: name one in its sources, then apt-get update");
  }
  return known;
}
