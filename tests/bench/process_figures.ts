/** CPU and memory of processes, from Linux's /proc. */

/** Clock ticks a second in which /proc counts CPU time: USER_HZ, 100 on every Linux for PCs. */
const TICKS_PER_SECOND = 100;

/** What one process uses. */
export interface ProcessFigures {
  parentPid: number;
  /** CPU seconds since its start, its ended children's included. */
  cpuSeconds: number;
  /** Resident bytes, those of program files that the system shares between processes included. */
  residentBytes: number;
  /** Resident bytes that are the process's own: heaps and stacks. */
  ownBytes: number;
}

/** What a process and its descendants use together. */
export interface TreeFigures {
  cpuSeconds: number;
  residentBytes: number;
  ownBytes: number;
  processes: number;
  /** Open file handles of the process itself. */
  handles: number;
}

/**
 * Reads one process from its `stat` and `status`.
 *
 * Source of the fields: proc(5). In stat, after the name in parentheses: state, ppid; utime,
 * stime, cutime and cstime are fields 14 to 17, counted from 1. In status: `VmRSS: n kB` and
 * `RssAnon: n kB`, where kB is 1024 bytes; a process that has just ended has neither.
 * @throws if it is no `stat`
 */
export function parseProcess(stat: string, status: string): ProcessFigures {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
  const ticks = fields.slice(11, 15).reduce((sum, value) => sum + value, 0);
  const parentPid = fields[1];
  if (parentPid === undefined || !Number.isFinite(ticks) || fields.length < 15) {
    throw new Error(`Cannot read a process from "${stat}"`);
  }
  const bytes = (name: string) =>
    Number(status.match(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m"))?.[1] ?? 0) * 1024;
  return {
    parentPid,
    cpuSeconds: ticks / TICKS_PER_SECOND,
    residentBytes: bytes("VmRSS"),
    ownBytes: bytes("RssAnon"),
  };
}

/** Reads a process and its descendants as they are now. @throws if the process has ended */
export function readTree(pid: number): TreeFigures {
  const members = readMembers(pid);
  const total = { cpuSeconds: 0, residentBytes: 0, ownBytes: 0, processes: members.size };
  for (const figures of members.values()) {
    total.cpuSeconds += figures.cpuSeconds;
    total.residentBytes += figures.residentBytes;
    total.ownBytes += figures.ownBytes;
  }
  return { ...total, handles: [...Deno.readDirSync(`/proc/${pid}/fd`)].length };
}

/**
 * Numbers of the processes below one whose command line matches, its words parted by blanks; the
 * oldest first. A program of Wine has the command line that Windows gave it.
 */
export function findProcesses(below: number, commandLine: RegExp): number[] {
  const numbers = [...readMembers(below).keys()].filter((pid) => pid !== below);
  return numbers.sort((a, b) => a - b).filter((pid) => {
    try {
      const words = Deno.readTextFileSync(`/proc/${pid}/cmdline`).replaceAll("\0", " ");
      return commandLine.test(words);
    } catch (error) {
      if (hasEnded(error)) return false;
      throw error;
    }
  });
}

/** A process and its descendants by their numbers. @throws if the process has ended */
function readMembers(pid: number): Map<number, ProcessFigures> {
  const all = new Map<number, ProcessFigures>();
  for (const { name } of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const figures = readProcess(Number(name));
    if (figures !== null) all.set(Number(name), figures);
  }
  const own = all.get(pid);
  if (own === undefined) throw new Error(`Process ${pid} has ended`);
  const members = new Map([[pid, own]]);
  // A map's walk takes in what is added on the way.
  for (const member of members.keys()) {
    for (const [child, figures] of all) {
      if (figures.parentPid === member) members.set(child, figures);
    }
  }
  return members;
}

function readProcess(pid: number): ProcessFigures | null {
  try {
    const read = (file: string) => Deno.readTextFileSync(`/proc/${pid}/${file}`);
    return parseProcess(read("stat"), read("status"));
  } catch (error) {
    if (hasEnded(error)) return null;
    throw error;
  }
}

/** Whether a process ended between the listing and the reading: ESRCH while reading, or not found. */
function hasEnded(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || /os error 3\)/.test(String(error));
}
