/** A small Debian in a folder of its own, for programs that Debian 12 does not have. */
import { debianMirror } from "./debian_mirror.ts";
import { until } from "./until.ts";

/** What the folder is to hold. */
export interface DebianRootOptions {
  /** Debian's name of the release, such as `trixie`. */
  suite: string;
  packages: readonly string[];
}

/** What all newer releases are made by: debootstrap knows none by name that came after it. */
const SCRIPT = "/usr/share/debootstrap/scripts/sid";

const BUILD_MS = 600_000;

/**
 * The folder, built if it is not there yet: that takes minutes and root.
 * @throws if it cannot be built, with the end of what the tool said
 */
export async function buildDebianRoot(
  root: string,
  { suite, packages }: DebianRootOptions,
): Promise<string> {
  // It takes its name only when it is whole.
  if (exists(root)) return root;
  await Deno.mkdir(root.slice(0, root.lastIndexOf("/")), { recursive: true });
  const lock = await Deno.open(`${root}.lock`, { create: true, write: true });
  try {
    await until(() => lock.tryLock(true), { what: `${root} is free`, withinMs: BUILD_MS });
    if (!exists(root)) await build(root, { suite, packages });
  } finally {
    lock.close();
  }
  return root;
}

async function build(root: string, { suite, packages }: DebianRootOptions): Promise<void> {
  const building = `${root}.${crypto.randomUUID().slice(0, 8)}`;
  console.error(`Building the folder ${root}: this takes minutes, once.`);
  try {
    const base = ["--variant=minbase", suite, building, await debianMirror(), SCRIPT];
    await run("/usr/sbin/debootstrap", base);
    await run("/usr/bin/unshare", [
      ...["--mount", "/bin/sh", "-c", INSTALL, "install", building],
      ...packages,
    ]);
    await Deno.rename(building, root);
  } catch (error) {
    await Deno.remove(building, { recursive: true }).catch(() => {});
    throw error;
  }
}

/** Whether root may mount anything here; in some containers it may not. */
export function mayMount(): boolean {
  try {
    const args = ["--mount", "--pid", "--fork", "/bin/mount", "-t", "tmpfs", "none", "/mnt"];
    return new Deno.Command("/usr/bin/unshare", { args, stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}

/** Where tests keep what they have built. */
export function testCacheFolder(): string {
  const cache = Deno.env.get("XDG_CACHE_HOME") || `${Deno.env.get("HOME")}/.cache`;
  return `${cache}/obs-telemetry-bridge-tests`;
}

/** dpkg need not wait for the disk at each file: a folder that was not finished is thrown away. */
const INSTALL = `set -e
root="$1"
shift
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
export DEBIAN_FRONTEND=noninteractive
chroot "$root" apt-get install -y --no-install-recommends \
  -o Dpkg::Options::=--force-unsafe-io "$@"
chroot "$root" apt-get clean
`;

async function run(command: string, args: string[]): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, stdin: "null" })
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
