/** A small Debian in a folder of its own, for programs that Debian 12 does not have. */
import { runTool } from "../../sidecar/packaging/run_tool.ts";
import { debianMirror } from "./debian_mirror.ts";
import { fetched } from "./fetched.ts";
import { keptInCache } from "./kept_in_cache.ts";

/** What the folder is to hold. */
export interface DebianRootOptions {
  /** Debian's name of the release, such as `trixie`. */
  suite: string;
  packages: readonly string[];
}

/** What all newer releases are made by: debootstrap knows none by name that came after it. */
const SCRIPT = "/usr/share/debootstrap/scripts/sid";

/** Longest time of each of the two steps. */
const STEP_MS = 600_000;

/** With mounts of its own and processes that end with it: a build that is cut off leaves none. */
const APART = ["/usr/bin/unshare", "--mount", "--pid", "--fork", "--kill-child"];

/**
 * The folder of that name in the user's cache, built if it is not there yet: that takes minutes and
 * root.
 * @throws NotFetchedError if it cannot be built, with the end of what the tool said
 */
export function buildDebianRoot(name: string, options: DebianRootOptions): Promise<string> {
  return keptInCache(name, {
    holds: "etc/debian_version",
    make: (folder) => build(folder, options),
  });
}

async function build(folder: string, { suite, packages }: DebianRootOptions): Promise<void> {
  console.error(`Building the folder ${folder}: this takes minutes, once.`);
  const base = ["--variant=minbase", suite, folder, await debianMirror(), SCRIPT];
  const steps = [
    [...APART, "/usr/sbin/debootstrap", ...base],
    [...APART, "/bin/sh", "-c", INSTALL, "install", folder, ...packages],
  ];
  for (const step of steps) {
    await fetched(runTool(step, { withinMs: STEP_MS }), `Debian's ${suite}`);
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
