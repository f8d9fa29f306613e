/** A small Debian in a folder of its own, for programs that Debian 12 does not have. */
import { runTool } from "../../sidecar/packaging/run_tool.ts";
import { exists } from "../exists.ts";
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
    await runTool(["/usr/sbin/debootstrap", ...base]);
    await runTool([
      ...["/usr/bin/unshare", "--mount", "/bin/sh", "-c", INSTALL, "install", building],
      ...packages,
    ]);
    await Deno.rename(building, root);
  } catch (error) {
    await Deno.remove(building, { recursive: true }).catch(() => {});
    throw error;
  }
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
