/** Debian 13's packages on a Debian 12: fetched, not installed. */
import { runTool } from "../../sidecar/packaging/run_tool.ts";
import { debianMirror } from "./debian_mirror.ts";
import { fetched } from "./fetched.ts";

const SUITE = "trixie";
const FETCH_MS = 300_000;

/** Apt with lists and sources in a folder of its own; nothing of the system's is changed. */
export type TrixieApt = (...args: readonly string[]) => Promise<string>;

/**
 * Reads Debian 13's lists into a folder, which is where `apt-get` then works too.
 * @param options.type `deb` for packages, `deb-src` for their sources
 * @throws NotFetchedError if they cannot be fetched, with the end of what apt-get said
 */
export async function openTrixieApt(
  work: string,
  { type }: { type: "deb" | "deb-src" },
): Promise<TrixieApt> {
  await Deno.mkdir(`${work}/lists/partial`, { recursive: true });
  await Deno.writeTextFile(
    `${work}/sources.list`,
    `${type} ${await debianMirror()} ${SUITE} main\n`,
  );
  const options = [
    `Dir::Etc::sourcelist=${work}/sources.list`,
    "Dir::Etc::sourceparts=-",
    `Dir::State::Lists=${work}/lists`,
    "Dir::Cache::pkgcache=",
    "Dir::Cache::srcpkgcache=",
    // Else it ends well without lists.
    "APT::Update::Error-Mode=any",
  ].flatMap((option) => ["-o", option]);
  const apt: TrixieApt = (...args) => {
    const command = ["apt-get", ...options, ...args];
    return fetched(runTool(command, { cwd: work, withinMs: FETCH_MS }), `Debian's ${SUITE}`);
  };
  await apt("update");
  return apt;
}
