/** Debian 13's packages on a Debian 12: fetched, not installed. */

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
  const apt: TrixieApt = (...args) => runIn(work, ["apt-get", ...options, ...args]);
  await apt("update");
  return apt;
}

/**
 * Runs a tool in a folder.
 * @returns what it printed
 * @throws if it fails, with the end of what it said
 */
export async function runIn(cwd: string, [command = "", ...args]: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, cwd, stdin: "null" })
    .output();
  if (success) return new TextDecoder().decode(stdout);
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  throw new Error(`${command} ${args.join(" ")} fails: ${said.slice(-2000)}`);
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
  const uris = await runIn("/", [
    ...["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
  ]);
  const known = uris.split("\n").find((uri) => /^https?:/.test(uri) && !uri.includes("security"));
  if (known === undefined) {
    throw new Error("apt knows of no Debian mirror: name one in its sources, then apt-get update");
  }
  return known;
}
