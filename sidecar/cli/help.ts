/** What the program says of itself as a whole. */
import { nearest } from "../config/nearest.ts";

/** A line on each command, in the order in which a user meets them. */
export const SUMMARIES = {
  setup: "connect OBS, while it is closed: WebSocket server, dock and overlay",
  start: "run the sidecar",
  stop: "end a sidecar that runs",
  dock: "print the dock's address",
  preflight: "will this work tonight? Checks before going live",
  report: "how a stream went, and why",
  vault: "passwords and keys: set, list, remove",
  autostart: "start the sidecar at login, or no longer",
  diagnose: "make a zip for a bug report, without secrets",
  demo: "a simulated OBS with a believable evening",
} as const;

/** A command that a user may call. */
export type CommandName = keyof typeof SUMMARIES;

/** What `help` prints. */
export function helpText(): string {
  const names = Object.keys(SUMMARIES);
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const lines = Object.entries(SUMMARIES).map(([name, what]) => `  ${name.padEnd(width)}${what}`);
  return `OBS Telemetry Bridge: is the stream healthy, and if not, why?

Usage: deno task COMMAND [options]

${lines.join("\n")}

"deno task COMMAND --help" explains each.`;
}

/** What is said of a command that there is not. */
export function unknownCommandText(name: string): string {
  const near = nearest(name, Object.keys(SUMMARIES));
  const meant = near === null ? "" : ` Did you mean "${near}"?`;
  return `Unknown command "${name}".${meant} "deno task help" lists all commands.`;
}
