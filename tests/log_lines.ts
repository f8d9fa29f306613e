import type { Log } from "../sidecar/log/log.ts";

/** A log that keeps its lines, each with its level in front: `warn: The disk is full.` */
export function keptLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const write = (level: string) => (message: string, cause?: unknown) => {
    const detail = cause instanceof Error ? ` | ${cause.stack}` : "";
    lines.push(`${level}: ${message}${detail}`);
  };
  const log: Log = {
    trace: write("trace"),
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
  };
  return { log, lines };
}
