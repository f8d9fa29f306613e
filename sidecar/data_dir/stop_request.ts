/**
 * Asks a running sidecar to end, on every system alike: a file in its data directory. Windows knows
 * no signal for a process without a window, and the API may be off or at another port.
 */
import { cannotRun } from "../cannot_run_error.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import type { Heartbeat } from "../time/heartbeat.ts";

/** How long a sidecar may take to end: it looks once a second, and gives answers a second more. */
const DEADLINE_MS = 15_000;
const PAUSE_MS = 50;

/**
 * Calls `onRequest` once when the file appears. One that is left from before is taken away first:
 * it was meant for another sidecar.
 */
export function followStopRequest(
  path: string,
  { onRequest, heartbeat }: { onRequest(): void; heartbeat: Heartbeat },
): Disposable {
  remove(path);
  const looks = heartbeat.add(() => {
    if (!exists(path)) return;
    looks[Symbol.dispose]();
    remove(path);
    onRequest();
  });
  return looks;
}

/** What asking for the end needs. */
export interface RequestStopOptions {
  /** Whether the sidecar still runs. */
  isRunning(): boolean;
  deadlineMs?: number;
  clock?: Pick<Clock, "monotonic">;
}

/**
 * Asks for the end and waits for it.
 * @returns false if the sidecar runs on
 * @throws CannotRunError if the file cannot be written
 */
export async function requestStop(
  path: string,
  { isRunning, deadlineMs = DEADLINE_MS, clock = systemClock }: RequestStopOptions,
): Promise<boolean> {
  try {
    Deno.writeFileSync(path, new Uint8Array(), { mode: 0o600 });
  } catch (cause) {
    throw cannotRun(`Cannot write ${path}`, {
      cause,
      remedy: "End the sidecar with Ctrl-C, or in the system's list of processes.",
    });
  }
  try {
    const endMs = clock.monotonic() + deadlineMs;
    while (isRunning()) {
      if (clock.monotonic() >= endMs) return false;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return true;
  } finally {
    remove(path);
  }
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function remove(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It is not there, or the disk is read-only: nobody can ask then either.
  }
}
