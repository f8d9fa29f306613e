/**
 * Gives memory that was needed once back to Linux: free memory of the C library's heaps, and pages
 * of program files. glibc keeps a heap for nearly each of Deno's threads and gives little of them
 * back by itself: after the start some 18 MB lie free there. Most of what Deno's own program holds
 * in memory was needed to start, too: 13 MB and more. Linux would take such pages itself, but only
 * when memory is short and a game already waits for it.
 */
import type { Log } from "../log/log.ts";
import type { Libc } from "./libc.ts";

/** By then the start is over: OBS was looked for, the API answers, the first figures are written. */
const FIRST_AFTER_MS = 10_000;

/** On a busy machine the start's last threads let go of what they hold some time after that. */
const SECOND_AFTER_MS = 20_000;

/**
 * What is used in between comes back by itself, some hundred page faults of a microsecond each. A
 * dock that opens, and the first use of vault and settings, bring 10 MB and more, which are not
 * wanted again for long.
 */
const EVERY_MS = 60_000;

/** Time for what has ended to be over. */
const SOON_MS = 2_000;

/** Part of the address space, from the first byte to the one behind the last. */
export interface AddressRange {
  start: bigint;
  end: bigint;
}

/**
 * The parts of memory that hold nothing but an unchanged copy of a file, from the text of
 * /proc/PID/smaps (proc_pid_smaps(5)): private and read-only, of a file, and without a single page
 * that was ever written, in memory or in swap. Pages are written there by the loader, before it
 * makes them read-only, and by debuggers. Parts of which nothing is in memory are left out.
 */
export function parseUnchangedFileMemory(smaps: string): AddressRange[] {
  const ranges: AddressRange[] = [];
  // Each mapping is a line `start-end rwxp offset device inode path` and lines `Key: n kB`.
  for (const mapping of smaps.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)) {
    const [, start, end] =
      /^([0-9a-f]+)-([0-9a-f]+) r-[x-]p [0-9a-f]+ [0-9a-f:]+ \d+ +\//.exec(mapping) ?? [];
    if (start === undefined || end === undefined) continue;
    const size = (key: string) => new RegExp(`^${key}: +(\\d+) kB$`, "m").exec(mapping)?.[1];
    if (size("Anonymous") !== "0" || size("Swap") !== "0" || size("Rss") === "0") continue;
    ranges.push({ start: BigInt(`0x${start}`), end: BigInt(`0x${end}`) });
  }
  return ranges;
}

/** Gives the pages back once. @throws if the kernel does not tell what there is */
export function releaseProgramPages(libc: Pick<Libc, "readText" | "dropPages">): void {
  const smaps = libc.readText("/proc/self/smaps");
  for (const { start, end } of parseUnchangedFileMemory(smaps)) libc.dropPages(start, end);
}

/** Gives memory back by itself. */
export interface ProgramPages {
  /** Something that is rarely done has ended: what it needed is given back in a moment. */
  soon(): void;
  stop(): void;
}

/** Gives memory back when the start is over, once more soon after, and every minute from then on. */
export function keepReleasingProgramPages(
  { libc, log }: { libc: Pick<Libc, "readText" | "dropPages" | "trimHeaps">; log: Log },
): ProgramPages {
  function release(nextMs: number): void {
    try {
      libc.trimHeaps();
      releaseProgramPages(libc);
    } catch (error) {
      log.debug("Pages of program files stay in memory, which harms nothing", error);
      return;
    }
    wait(nextMs, EVERY_MS);
  }
  function wait(ms: number, nextMs: number): void {
    timer = setTimeout(() => release(nextMs), ms);
  }
  let timer: ReturnType<typeof setTimeout>;
  wait(FIRST_AFTER_MS, SECOND_AFTER_MS);
  let isStopped = false;
  return {
    soon() {
      clearTimeout(timer);
      if (!isStopped) wait(SOON_MS, EVERY_MS);
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
