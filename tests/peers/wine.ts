/**
 * Windows programs under Wine 10, which Debian 12 does not have: a small Debian 13 in a folder of
 * its own, built once and kept in the user's cache. Programs run in it with mounts and process
 * numbers of their own, so that all of them end with the first.
 */
import { DENO_VERSION } from "../../sidecar/packaging/targets.ts";
import type { Counterpart } from "../counterparts.ts";
import { exists } from "../exists.ts";
import { skipUnfetched } from "../skip_unfetched.ts";
import { testCacheFolder } from "./test_cache_folder.ts";
import { mayMount } from "./may_mount.ts";
import { notDebian } from "./not_debian.ts";
import { buildWindowsRoot, windowsDeno } from "./wine_root.ts";
import { openWineSession, SESSION_LOOP, type WineSession } from "./wine_session.ts";

/** Programs that building and entering the folder takes, and compiling what runs in it. */
const TOOLS: readonly [path: string, packages: string][] = [
  ["/usr/sbin/debootstrap", "debootstrap"],
  ["/usr/bin/unshare", "util-linux"],
  ["/usr/sbin/chroot", "coreutils"],
  ["/usr/bin/x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64-win32"],
];

/** What a benchmark needs that runs Windows programs. */
export const WINE: readonly Counterpart[] = TOOLS.map(([path, packages]) => ({
  name: path.slice(path.lastIndexOf("/") + 1),
  paths: [path],
  install: `apt-get install --no-install-recommends ${packages}`,
}));

/** How long one session may take; the first one of a test sets up a Windows. */
const SESSION_MS = 300_000;

/** What one program did. */
export interface WineResult {
  code: number;
  output: string;
}

/** A Windows of a test's own. Disposing of it deletes it. */
export interface Wine extends AsyncDisposable {
  /** A folder that Windows programs see as `Z:\session`. */
  readonly folder: string;
  /**
   * Runs Deno for Windows once for each list of arguments, all at the same time, and shuts this
   * Windows down after the last, with all that it had written.
   */
  deno(...runs: string[][]): Promise<WineResult[]>;
  /** Starts this Windows and keeps it running, for programs that run beside one another. */
  start(options?: { user?: string }): Promise<WineSession>;
}

/** Why no installation would make this machine run Windows programs; null if one would. */
function wineImpossible(): string | null {
  if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") {
    return "Wine's folder is built on Linux with an x86-64 processor only";
  }
  if (Deno.uid() !== 0) return "entering Wine's folder needs root";
  if (!mayMount()) {
    return "this machine does not let root mount anything, as in some containers";
  }
  return chosenRoot() === null ? notDebian() : null;
}

/** A folder that is used in place of the built one. */
function chosenRoot(): string | null {
  return Deno.env.get("OBS_TELEMETRY_TEST_WINE") || null;
}

/** Which of Wine's tools are not installed; null if all are. */
function wineMissing(): string | null {
  const missing = TOOLS.filter(([path]) => !exists(path)).map(([, packages]) => packages);
  if (missing.length === 0) return null;
  return `tools are missing: apt-get install --no-install-recommends ${missing.join(" ")}`;
}

/** Which other programs are not installed; null if all are. */
function missingOf(needs: readonly Counterpart[]): string | null {
  const missing = needs.filter(({ paths }) => !paths.some(exists));
  return missing.map((need) => `${need.name} is missing: ${need.install}`).join("; ") || null;
}

/**
 * Registers a test with a Windows of its own; skipped with the reason where that cannot be. In CI
 * tools that are not installed are a failure, as is what else the test `needs`.
 */
export function wineTest(
  name: string,
  test: (wine: Wine) => Promise<void>,
  needs: readonly Counterpart[] = [],
): void {
  const impossible = wineImpossible();
  const missing = impossible === null ? wineMissing() ?? missingOf(needs) : null;
  const skipped = impossible ?? (Deno.env.get("CI") === "true" ? null : missing);
  if (skipped !== null) {
    Deno.test({ name: `${name} (skipped: ${skipped})`, ignore: true, fn() {} });
    return;
  }
  const run = async () => {
    if (missing !== null) throw new Error(`Cannot run this test in CI: ${missing}`);
    await using wine = await startWine();
    await test(wine);
  };
  Deno.test(name, skipUnfetched(run));
}

/**
 * Makes a Windows. The first one on a machine takes minutes: Wine is downloaded and installed.
 * `OBS_TELEMETRY_TEST_WINE` names a folder with a Debian and Wine 10 to be used in its place.
 */
export async function startWine(): Promise<Wine> {
  const root = chosenRoot() ?? await buildWindowsRoot();
  const deno = await windowsDeno(`${testCacheFolder()}/deno-win32-x64-${DENO_VERSION}`);
  const folder = await Deno.makeTempDir({ prefix: "wine-" });
  const entering = async (script: string): Promise<Deno.Command> => {
    await Deno.writeTextFile(`${folder}/session.sh`, script);
    const args = ["-c", ENTER, "enter", root, folder, deno];
    return new Deno.Command("/usr/bin/unshare", {
      args: ["--mount", "--pid", "--fork", "--kill-child", "/bin/sh", ...args],
      clearEnv: true,
      env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(SESSION_MS),
    });
  };
  const session = async (script: string) => {
    const { success, stdout, stderr } = await (await entering(script)).output();
    if (success) return;
    const said = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    throw new Error(`Wine's session fails: ${said.slice(-2000)}`);
  };
  return {
    folder,
    async deno(...runs) {
      await session(START_UP + runs.map(runLine).join("") + "wait\n" + SHUT_DOWN);
      return runs.map((_, i) => ({
        code: Number(Deno.readTextFileSync(`${folder}/code-${i}`)),
        output: Deno.readTextFileSync(`${folder}/output-${i}`),
      }));
    },
    async start({ user = "streamer" } = {}) {
      const script = `export USER='${user}'\n${START_UP}${SESSION_LOOP}${SHUT_DOWN}`;
      const command = await entering(script);
      return await openWineSession({ folder, command, user });
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

/**
 * Run with mounts of its own: root, folder and deno are the arguments. Without XDG_RUNTIME_DIR Wine
 * complains, into the output of whichever program first has to do with windows.
 */
const ENTER = `set -e
mkdir -p "$1/session" "$1/deno"
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount -t tmpfs tmpfs "$1/tmp"
mount --bind "$2" "$1/session"
mount --bind "$3" "$1/deno"
exec chroot "$1" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/session USER=streamer \\
  LC_ALL=C.UTF-8 WINEPREFIX=/session/windows WINEDEBUG=-all DENO_NO_UPDATE_CHECK=1 \\
  XDG_RUNTIME_DIR=/tmp \\
  /bin/sh -e /session/session.sh
`;

/** Programs that start at once would each set Windows up, and trip over each other. */
const START_UP = "wineboot --init >/dev/null 2>&1\n";

/** Wine writes its registry when its server ends. */
const SHUT_DOWN = "wineserver -k || true\nwineserver -w\n";

function runLine(args: readonly string[], i: number): string {
  const words = args.map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`).join(" ");
  return `{ code=0; wine /deno/deno.exe ${words} >/session/output-${i} 2>&1 || code=$?; ` +
    `echo $code >/session/code-${i}; } &\n`;
}
