/** Whether OBS runs: it writes its files when it ends, over what anybody else wrote meanwhile. */
import { processNamesDarwin } from "../darwin/process_names.ts";
import { openLibc } from "../linux/libc.ts";
import { listFolder } from "../linux/list_folder.ts";
import { lookOnLinux } from "../obs/look_for_programs.ts";
import { createObsProcessCheckWindows } from "../obs/obs_process_windows.ts";
import { openProcessNames } from "../win32/process_name.ts";
import { listProcessesWindows } from "../win32/process_list.ts";

/** What was found out. */
export interface RunningObs {
  /** Why it is taken to run; null if it does not seem to. */
  reason: string | null;
  /** Why it could not be told for certain; null if it could. */
  doubt: string | null;
}

/** How long obs-websocket may take to greet; it does so in a few ms. */
const GREETING_MS = 1500;

/**
 * Looks for OBS's process, and for an obs-websocket that answers at one of the ports.
 * @param systemRoot `%SystemRoot%`, on Windows
 */
export async function findRunningObs(
  ports: readonly number[],
  { os, systemRoot }: { os: typeof Deno.build.os; systemRoot: string | undefined },
): Promise<RunningObs> {
  let doubt: string | null = null;
  try {
    const process = findProcess(os, systemRoot);
    if (process !== null) return { reason: process, doubt };
  } catch (error) {
    doubt = error instanceof Error ? error.message : String(error);
  }
  for (const port of new Set(ports)) {
    if (await obsAnswers(port)) {
      return { reason: `OBS's WebSocket server answers at port ${port}`, doubt };
    }
  }
  return { reason: null, doubt };
}

function findProcess(os: typeof Deno.build.os, systemRoot: string | undefined): string | null {
  if (os === "windows") return findOnWindows(systemRoot);
  if (os === "darwin") {
    return processNamesDarwin().includes("OBS") ? "OBS runs" : null;
  }
  const libc = openLibc();
  try {
    const [found] = lookOnLinux({ readText: libc.readText, list: listFolder });
    return found === undefined ? null : `OBS runs (process ${found.pid})`;
  } finally {
    libc.close();
  }
}

function findOnWindows(systemRoot: string | undefined): string | null {
  const names = openProcessNames(systemRoot);
  try {
    const isObs = createObsProcessCheckWindows(names);
    const pid = listProcessesWindows(systemRoot).find(isObs);
    return pid === undefined ? null : `OBS runs (process ${pid})`;
  } finally {
    names.close();
  }
}

/** Whether obs-websocket's first message comes, `Hello` (docs/generated/protocol.md of obs-websocket). */
export async function obsAnswers(port: number): Promise<boolean> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, "obswebsocket.json");
  const closed = new Promise<void>((resolve) => socket.addEventListener("close", () => resolve()));
  const greeted = await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), GREETING_MS);
    const settle = (answer: boolean) => {
      clearTimeout(timer);
      resolve(answer);
    };
    socket.onerror = () => settle(false);
    socket.onclose = () => settle(false);
    socket.onmessage = ({ data }) => settle(String(data).includes("obsWebSocketVersion"));
  });
  socket.close();
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 100))]);
  return greeted;
}
