/** Finds the OBS that run, by operating system. */
import { processNamesDarwin } from "../darwin/process_names.ts";
import type { Libc } from "../linux/libc.ts";
import { listFolder } from "../linux/list_folder.ts";
import { listProcessesWindows } from "../win32/process_list.ts";
import { openProcessNames } from "../win32/process_name.ts";
import { parseObsCommandLine } from "./command_line.ts";
import { OBS_PROGRAM } from "./obs_process_windows.ts";
import type { ObsProgram } from "./obs_programs.ts";

/** What the look needs. */
export interface LookForProgramsOptions {
  os: typeof Deno.build.os;
  /** On Linux. */
  libc: Pick<Libc, "readText"> | null;
  /** `%SystemRoot%`, on Windows. */
  systemRoot: string | undefined;
}

/** @throws if the system does not tell its processes */
export function lookForPrograms({ os, libc, systemRoot }: LookForProgramsOptions): ObsProgram[] {
  if (os === "windows") return lookOnWindows(systemRoot);
  if (os === "darwin") {
    // Names alone: one OBS is as good as several.
    return processNamesDarwin().includes("OBS") ? [programOf(0)] : [];
  }
  return libc === null ? [] : lookOnLinux({ readText: libc.readText, list: listFolder });
}

function programOf(pid: number, known: Partial<ObsProgram> = {}): ObsProgram {
  return { pid, port: null, password: null, portableRoot: null, ...known };
}

/** How to look into /proc. */
export interface Proc {
  readText(path: string): string;
  list(path: string): string[];
}

/**
 * This user's `obs` processes in /proc (proc(5)), in a sandbox or not, with what their command
 * lines say. One that has ended but was not yet waited for does not count.
 * @throws if /proc cannot be read
 */
export function lookOnLinux({ readText, list }: Proc): ObsProgram[] {
  const user = userOf(readText("/proc/self/status"));
  const programs: ObsProgram[] = [];
  for (const pid of list("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const status = readText(`/proc/${pid}/status`);
      const isObs = /^Name:\tobs$/m.test(status) && !/^State:\t[ZX]/m.test(status);
      if (!isObs || userOf(status) !== user) continue;
      const args = readText(`/proc/${pid}/cmdline`).split("\0");
      programs.push(programOf(Number(pid), parseObsCommandLine(args)));
    } catch {
      // Ended meanwhile.
    }
  }
  return programs;
}

function userOf(status: string): string | undefined {
  return /^Uid:\s+(\d+)/m.exec(status)?.[1];
}

function lookOnWindows(systemRoot: string | undefined): ObsProgram[] {
  const names = openProcessNames(systemRoot);
  try {
    return listProcessesWindows(systemRoot).flatMap((pid) => {
      const path = names.programPath(pid);
      return path !== null && OBS_PROGRAM.test(path.split("\\").at(-1) ?? "")
        ? [programOf(pid, { portableRoot: portableRootOf(path) })]
        : [];
    });
  } finally {
    names.close();
  }
}

/**
 * Where a portable OBS keeps its settings: in `config` of the folder above its `bin\64bit`
 * (obs-studio, frontend/OBSApp.cpp, `BASE_PATH` and `CONFIG_PATH`). Null if the program does not lie
 * so.
 */
export function portableRootOf(program: string): string | null {
  const folder = /^(.+)\\bin\\(?:32|64)bit\\[^\\]+$/i.exec(program)?.[1];
  return folder === undefined ? null : `${folder}\\config\\obs-studio`;
}
