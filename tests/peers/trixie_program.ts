/**
 * Single programs out of Debian 13's packages, unpacked into the user's cache and not installed:
 * Debian 12 has none of them, or older ones.
 */
import { debianMirror } from "./debian_mirror.ts";
import { until } from "./until.ts";

const SUITE = "trixie";
const CACHE = ".cache/obs-telemetry-bridge-tests";
const FETCH_MS = 240_000;

/**
 * Path of a program; its package is fetched if it is not there yet.
 * @throws if it cannot be fetched, with the end of what apt-get said
 */
export async function trixieProgram(packageName: string, program: string): Promise<string> {
  const cache = `${Deno.env.get("HOME") ?? "/root"}/${CACHE}`;
  const folder = `${cache}/${SUITE}-${packageName}`;
  const path = `${folder}/usr/bin/${program}`;
  if (exists(path)) return path;
  await Deno.mkdir(cache, { recursive: true });
  const lock = await Deno.open(`${cache}/${SUITE}-${packageName}.lock`, {
    create: true,
    write: true,
  });
  try {
    await until(() => lock.tryLock(true), { what: `${packageName} is free`, withinMs: FETCH_MS });
    if (!exists(path)) await fetchPackage(packageName, folder);
  } finally {
    lock.close();
  }
  return path;
}

async function fetchPackage(packageName: string, folder: string): Promise<void> {
  const work = await Deno.makeTempDir({ prefix: "trixie_" });
  try {
    await Deno.mkdir(`${work}/lists/partial`, { recursive: true });
    await Deno.writeTextFile(`${work}/sources.list`, `deb ${await debianMirror()} ${SUITE} main\n`);
    const apt = (...args: string[]) => run("apt-get", [...aptOptions(work), ...args], work);
    await apt("update");
    await apt("download", packageName);
    const deb = Array.from(Deno.readDirSync(work), ({ name }) => name)
      .find((name) => name.endsWith(".deb"));
    if (deb === undefined) throw new Error(`apt-get left no package of ${packageName}`);
    await run("dpkg", ["-x", deb, "unpacked"], work);
    // It takes its name only when it is whole.
    const whole = `${folder}.${crypto.randomUUID().slice(0, 8)}`;
    await run("cp", ["-r", "unpacked", whole], work);
    await Deno.rename(whole, folder);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Apt's lists and sources in a folder of its own; nothing of the system's is changed. */
function aptOptions(work: string): string[] {
  return [
    `Dir::Etc::sourcelist=${work}/sources.list`,
    "Dir::Etc::sourceparts=-",
    `Dir::State::Lists=${work}/lists`,
    "Dir::Cache::pkgcache=",
    "Dir::Cache::srcpkgcache=",
  ].flatMap((option) => ["-o", option]);
}

async function run(command: string, args: string[], cwd: string): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, cwd, stdin: "null" })
    .output();
  if (success) return;
  const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  throw new Error(`${command} ${args.join(" ")} fails: ${said.slice(-2000)}`);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
