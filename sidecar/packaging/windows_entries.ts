import { LAUNCHERS } from "./build_launchers.ts";

/** What a user of Windows can double-click, in the folder or in the Start menu. */
export interface WindowsEntry {
  readonly name: string;
  readonly launcher: string;
  readonly command: string;
}

const terminal = (name: string, command: string): WindowsEntry => ({
  name,
  launcher: LAUNCHERS.terminal,
  command,
});

/** Entries besides the sidecar itself; they show what they do in a window. */
export const TERMINAL_ENTRIES: readonly WindowsEntry[] = [
  terminal("Connect to OBS", "setup"),
  terminal("Pre-flight", "preflight"),
  terminal("Stop", "stop"),
];

/** All entries. */
export const WINDOWS_ENTRIES: readonly WindowsEntry[] = [
  { name: "OBS Telemetry Bridge", launcher: LAUNCHERS.windowless, command: "start" },
  ...TERMINAL_ENTRIES,
];
