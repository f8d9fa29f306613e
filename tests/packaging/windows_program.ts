import type { WineResult } from "../peers/wine.ts";
import type { WineSession } from "../peers/wine_session.ts";

/** The unpacked zip in a Windows, as a user runs it. */
export interface WindowsProgram {
  /** Where the sidecar keeps its data, as the test sees it. */
  readonly dataDir: string;
  /**
   * Runs a command in a terminal.
   * @returns what it prints
   * @throws unless it succeeds
   */
  terminal(...args: string[]): Promise<string>;
  /** Runs a command without a window, or starts the sidecar so. @throws unless it succeeds */
  windowless(...args: string[]): Promise<void>;
  /** Puts a secret into the vault by the terminal's standard input. */
  setSecret(id: string, value: string): Promise<void>;
}

/**
 * The program in a folder, for instance `Z:\session\program`, once Windows is set up; its data
 * directory then holds the settings.
 */
export async function windowsProgram(
  windows: WineSession,
  { folder, config }: { folder: string; config: string },
): Promise<WindowsProgram> {
  const dataDir = `${windows.appData}/OBSTelemetryBridge`;
  const program = `${folder}\\obs-telemetry.exe`;
  // What runs first waits until this Windows has a user with folders.
  await succeeds(windows.run([program, "start", "--version"]));
  await Deno.mkdir(dataDir);
  await Deno.writeTextFile(`${dataDir}/config.toml`, config);
  return {
    dataDir,
    terminal: (...args) => succeeds(windows.run([program, ...args])),
    async windowless(...args) {
      await succeeds(windows.run([`${folder}\\OBS Telemetry Bridge.exe`, ...args]));
    },
    async setSecret(id, value) {
      await succeeds(windows.run([program, "vault", "set", id], { input: `${value}\n` }));
    },
  };
}

async function succeeds(running: Promise<WineResult>): Promise<string> {
  const { code, output } = await running;
  if (code !== 0) throw new Error(`A program in Windows ends with ${code}: ${output}`);
  return output;
}
