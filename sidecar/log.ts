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
