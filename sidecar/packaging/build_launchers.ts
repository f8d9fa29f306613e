import { type PackageFile, programFile } from "./package_file.ts";
import { runTool } from "./run_tool.ts";

/** The programs' names in the Windows package. */
export const LAUNCHERS = {
  windowless: "OBS Telemetry Bridge.exe",
  terminal: "obs-telemetry.exe",
} as const;

const CC = "x86_64-w64-mingw32-gcc";
const WINDRES = "x86_64-w64-mingw32-windres";
const INSTALL = "apt-get install --no-install-recommends gcc-mingw-w64-x86-64-win32";

/** What the launchers are built from. */
export interface LauncherOptions {
  /** What stands between deno.exe and the program's file. */
  flags: readonly string[];
  version: string;
  /** A folder for what is built on the way. */
  folder: string;
}

/** Compiles the launchers; the same source gives the same bytes. */
export async function buildLaunchers(
  { flags, version, folder }: LauncherOptions,
): Promise<PackageFile[]> {
  const source = "sidecar/packaging/windows";
  const text = flags.join(" ").replaceAll(/["\\]/g, "\\$&");
  await Deno.writeTextFile(`${folder}/deno_flags.h`, `#define DENO_FLAGS L"${text}"\n`);
  const numbers = [...version.split("."), "0"].join(",");
  await runTool([
    WINDRES,
    `-DVERSION_NUMBERS=${numbers}`,
    `-DVERSION_TEXT=\\"${version}\\"`,
    `--include-dir=${source}`,
    `${source}/launcher.rc`,
    `${folder}/launcher.o`,
  ], { install: INSTALL });
  const compile = async (name: string, kind: readonly string[]): Promise<PackageFile> => {
    await runTool([
      CC,
      "-Os",
      "-s",
      "-municode",
      "-Wall",
      "-Wextra",
      "-Werror",
      `-I${folder}`,
      ...kind,
      // The time of the build is no part of the program.
      "-Wl,--no-insert-timestamp",
      "-o",
      `${folder}/launcher.exe`,
      `${source}/launcher.c`,
      `${folder}/launcher.o`,
    ], { install: INSTALL });
    return programFile(name, await Deno.readFile(`${folder}/launcher.exe`));
  };
  return [
    await compile(LAUNCHERS.windowless, ["-mwindows", "-DWINDOWLESS"]),
    await compile(LAUNCHERS.terminal, ["-mconsole"]),
  ];
}
