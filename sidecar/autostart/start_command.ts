import { posix, win32 } from "node:path";

/** The package's program that opens no window, and its counterpart elsewhere. */
const LAUNCHERS = { windows: "OBS Telemetry Bridge.exe", others: "obs-telemetry" } as const;

/**
 * Runs a terminal's program without a window. Source: microsoft/terminal,
 * `src/host/ConsoleArguments.cpp`; in Windows since 10 1809.
 */
const WINDOWLESS = ["conhost.exe", "--headless"];

/** Where programs are that the sidecar asks, beside Deno's own folder. */
const UNIX_PATH = "/usr/local/bin:/usr/bin:/bin";

/** What decides how the sidecar is started without a terminal. */
export interface StartCommandPlaces {
  os: typeof Deno.build.os;
  /** Folder of the built sidecar. */
  dist: string;
  /** Deno's own program. */
  deno: string;
  /** `--data-dir`, as a whole path; null if it was not given. */
  dataDir: string | null;
  exists(path: string): boolean;
}

/** Path of the launcher if the built sidecar in `dist` is a package's. */
export function packageLauncher({ os, dist }: Pick<StartCommandPlaces, "os" | "dist">): string {
  return os === "windows"
    ? win32.join(dist, "..", "..", LAUNCHERS.windows)
    : posix.join(dist, "..", "..", LAUNCHERS.others);
}

/**
 * The words of a command that starts the sidecar wherever it is called from: the launcher of an
 * unpacked package, else Deno with a checkout's bundle.
 */
export function startCommand({ os, dist, deno, dataDir, exists }: StartCommandPlaces): string[] {
  const isWindows = os === "windows";
  const { join, dirname } = isWindows ? win32 : posix;
  const launcher = packageLauncher({ os, dist });
  const rest = ["start", ...(dataDir === null ? [] : ["--data-dir", dataDir])];
  if (exists(launcher)) return [launcher, ...rest];
  const run = [
    deno,
    "run",
    "-P=sidecar",
    "--v8-flags=--lite-mode,--single-threaded",
    join(dist, "main.js"),
    ...rest,
  ];
  if (isWindows) return [...WINDOWLESS, ...run];
  // The sidecar starts helpers as `deno`.
  return ["/usr/bin/env", `PATH=${dirname(deno)}:${UNIX_PATH}`, ...run];
}
