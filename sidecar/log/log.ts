/** Levels, least important first. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error"] as const;

/** How important a message is. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Takes messages for the log, one method a level. Messages are whole sentences without secrets. */
export type Log = { readonly [L in LogLevel]: (message: string, cause?: unknown) => void };

/** Says nothing; for tests and tools. */
export const silentLog: Log = {
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
};

/** Where log lines go. `trace` says where an error came from, or is empty. Never throws. */
export type LogWriter = (line: string, trace: string) => void;

/** What a log needs. */
export interface LogOptions {
  /** Least important level that is written. May change while the log is in use. */
  level(): LogLevel;
  writers: readonly LogWriter[];
  /** Takes secrets out of a line before it is written. */
  redact(line: string): string;
  /** Unix milliseconds. */
  now(): number;
}

/** A log of one line a message: `2026-11-22T18:00:00.000Z INFO  Connected to OBS.` */
export function createLog({ level, writers, redact, now }: LogOptions): Log {
  const write = (messageLevel: LogLevel) => (message: string, cause?: unknown) => {
    if (LOG_LEVELS.indexOf(messageLevel) < LOG_LEVELS.indexOf(level())) return;
    const time = new Date(now()).toISOString();
    const oneLine = (text: string) => redact(text).replace(/[\r\n]+/g, " ");
    const line = oneLine(`${time} ${messageLevel.toUpperCase().padEnd(5)} ${message}`);
    const trace = cause === undefined ? "" : oneLine(traceOf(cause));
    for (const writer of writers) writer(line, trace);
  };
  return {
    trace: write("trace"),
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
  };
}

function traceOf(cause: unknown): string {
  return cause instanceof Error ? cause.stack ?? cause.message : String(cause);
}
