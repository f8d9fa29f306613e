/**
 * The OBS that tests start: the one that is installed, or one out of a newer Debian's packages. A
 * newer one's `/usr` and `/etc` are mounted over this machine's for OBS alone; all else, `/tmp`,
 * home folders, devices and the network, stays as it is.
 */
import { buildDebianRoot } from "./debian_root.ts";
import { mayMount } from "./may_mount.ts";
import { notDebian } from "./not_debian.ts";

/** Newer Debians whose OBS tests can start: 13, whose OBS is 30.2, and the one in the making. */
export const NEWER_DEBIANS = ["trixie", "forky"] as const;
export type NewerDebian = typeof NEWER_DEBIANS[number];

/** Major and minor number. */
export type ObsVersion = readonly [major: number, minor: number];

/** An OBS that can be started. */
export interface ObsInstallation {
  /** As OBS tells it: `32.2.2`. */
  readonly versionName: string;
  readonly version: ObsVersion;
  /** The command line that starts it, to which OBS's own arguments are added. */
  readonly command: readonly [program: string, ...args: string[]];
}

const PROGRAM = "/usr/bin/obs";
/** OBS loads libGL by its name, so its package of Debian 14 does not ask for it. */
const PACKAGES = ["obs-studio", "obs-plugins", "libgl1", "fonts-dejavu-core"];
const REPLACED = ["/usr/", "/etc/"];

/**
 * The newer Debian whose OBS `OBS_TELEMETRY_TEST_OBS` names; null for the installed one.
 * @throws if it names none that is known
 */
export function chosenDebian(): NewerDebian | null {
  const name = Deno.env.get("OBS_TELEMETRY_TEST_OBS") || null;
  if (name === null) return null;
  const debian = NEWER_DEBIANS.find((known) => known === name);
  if (debian !== undefined) return debian;
  throw new Error(`OBS_TELEMETRY_TEST_OBS is ${name}: set it to ${NEWER_DEBIANS.join(" or ")}`);
}

/** Why no installation would make this machine start a newer Debian's OBS; null if one would. */
export function newerObsImpossible(): string | null {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) {
    return "a newer OBS is started on Linux by root only";
  }
  const here = decodeURIComponent(new URL(import.meta.url).pathname);
  if (REPLACED.some((folder) => here.startsWith(folder))) {
    return "a newer OBS does not see the files of a checkout below /usr or /etc";
  }
  if (!mayMount()) {
    return "this machine does not let root mount anything, as in some containers";
  }
  return notDebian();
}

/**
 * The OBS to be started: the installed one, or that of a newer Debian, which is built in the user's
 * cache if it is not there yet. That takes minutes, root and a Debian mirror.
 * @throws NotFetchedError if it cannot be built; another error if it does not tell its version
 */
export async function openObsInstallation(debian: NewerDebian | null): Promise<ObsInstallation> {
  const command = debian === null ? [PROGRAM] as const : await enter(debian);
  const [program, ...args] = command;
  const { stdout, stderr } = await new Deno.Command(program, {
    args: [...args, "--version"],
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin", QT_QPA_PLATFORM: "offscreen" },
    stdin: "null",
  }).output();
  const printed = new TextDecoder().decode(stdout);
  const found = /(\d+)\.(\d+)\.\d+/.exec(printed);
  if (found === null) {
    const said = printed + new TextDecoder().decode(stderr);
    throw new Error(`OBS does not tell its version. It printed:\n${said.slice(-2000)}`);
  }
  return { versionName: found[0], version: [Number(found[1]), Number(found[2])], command };
}

/** Whether a version is that one or a later one. */
export function isAtLeast(version: ObsVersion, than: ObsVersion): boolean {
  return version[0] > than[0] || version[0] === than[0] && version[1] >= than[1];
}

async function enter(debian: NewerDebian): Promise<[string, ...string[]]> {
  const root = await buildDebianRoot(`obs-${debian}`, { suite: debian, packages: PACKAGES });
  return ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", ENTER, "enter", root, PROGRAM];
}

/** Each program becomes the next one, so that the process that was started is OBS itself. */
const ENTER = `set -e
mount --bind "$1/etc" /etc
mount --bind "$1/usr" /usr
shift
exec "$@"
`;
