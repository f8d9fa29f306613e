/** A virtual X display for programs with windows. */
import { type PeerProcess, startProcess } from "./process.ts";

/** A running display. Disposing of it stops it. */
export interface Xvfb extends AsyncDisposable {
  /** Value for the DISPLAY variable. */
  readonly display: string;
  readonly process: PeerProcess;
  stop(): Promise<void>;
}

/** Starts Xvfb on a display number that it chooses itself. */
export async function startXvfb({ screen = "1280x800x24" } = {}): Promise<Xvfb> {
  const process = startProcess("/usr/bin/Xvfb", {
    args: ["-displayfd", "1", "-screen", "0", screen, "-nolisten", "tcp", "-noreset"],
    env: { PATH: "/usr/bin:/bin" },
  });
  const stop = async () => {
    await process.stop();
  };
  const found = await process.waitForOutput(/^(\d+)\n/m).catch(async (error) => {
    await stop();
    throw error;
  });
  return { display: `:${found[1]}`, process, stop, [Symbol.asyncDispose]: stop };
}
