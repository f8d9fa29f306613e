/**
 * The user's settings: one table from which come the types, the defaults, the checks and the
 * generated config.toml.
 */

/** What a setting may be. */
export type Field<T> = {
  readonly default: T;
  /** One line for the user: what it does, in which unit. */
  readonly help: string;
  /** What is allowed, as a person reads it. */
  readonly allowed: string;
  /** Taken from a config.toml, but not written into the first one: nothing uses it yet. */
  readonly hidden?: true;
  /** Whether a value read from a file is allowed. */
  accepts(value: unknown): value is T;
};

function integer(
  { default: value, min, max, help }: { default: number; min: number; max: number; help: string },
): Field<number> {
  return {
    default: value,
    help,
    allowed: `a whole number from ${min} to ${max}`,
    accepts: (candidate): candidate is number => isInteger(candidate, { min, max }),
  };
}

function optionalPort(help: string): Field<number | null> {
  return {
    default: null,
    help,
    allowed: "a whole number from 1 to 65535",
    accepts: (candidate): candidate is number | null =>
      isInteger(candidate, { min: 1, max: 65535 }),
  };
}

function boolean(value: boolean, help: string): Field<boolean> {
  return {
    default: value,
    help,
    allowed: "true or false",
    accepts: (candidate): candidate is boolean => typeof candidate === "boolean",
  };
}

function choice<const C extends string>(
  { default: value, choices, help }: { default: C; choices: readonly C[]; help: string },
): Field<C> {
  return {
    default: value,
    help,
    allowed: `one of ${choices.map((item) => `"${item}"`).join(", ")}`,
    accepts: (candidate): candidate is C => choices.some((item) => item === candidate),
  };
}

function text(
  { default: value, help }: { default: string; help: string },
): Field<string> {
  return {
    default: value,
    help,
    allowed: "a text of 1 to 253 characters",
    accepts: (candidate): candidate is string =>
      typeof candidate === "string" && candidate.trim() !== "" && candidate.length <= 253,
  };
}

function optionalText(help: string): Field<string | null> {
  const { allowed, accepts } = text({ default: "", help });
  return {
    default: null,
    help,
    allowed,
    accepts: (candidate): candidate is string | null => accepts(candidate),
  };
}

function hidden<T>(field: Field<T>): Field<T> {
  return { ...field, hidden: true };
}

function isInteger(value: unknown, { min, max }: { min: number; max: number }): boolean {
  return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
}

/** Sections and their settings, in the order in which config.toml has them. */
export const CONFIG_FIELDS = {
  engine: {
    metrics_interval: hidden(integer({
      default: 5,
      min: 1,
      max: 3600,
      help: "Seconds between two rows of the history.",
    })),
    bridge_update_rate: integer({
      default: 500,
      min: 100,
      max: 5000,
      help: "Milliseconds between two updates of overlay and dock.",
    }),
    enable_gpu_metrics: boolean(true, "Watch the graphics card."),
    log_level: choice({
      default: "info",
      choices: ["trace", "debug", "info", "warn", "error"],
      help: "How much goes into logs/sidecar.log.",
    }),
    local_retention_hours: hidden(integer({
      default: 24,
      min: 1,
      max: 8760,
      help: "Hours for which every row of the history is kept.",
    })),
    session_retention_days: hidden(integer({
      default: 90,
      min: 1,
      max: 3650,
      help: "Days for which a session's summary and charts are kept.",
    })),
    streamer_name: hidden(
      optionalText("Who streams from this machine. Default: the machine's name."),
    ),
  },
  obs: {
    host: text({ default: "localhost", help: "Where OBS runs." }),
    port: optionalPort("Port of OBS's WebSocket server. Default: found in OBS's own settings."),
  },
  api: {
    port: integer({
      default: 4477,
      min: 1,
      max: 65535,
      help: "Port of the dock and the API, on this machine only.",
    }),
  },
} as const;

type Sections = typeof CONFIG_FIELDS;

/** Every setting with its value. */
export type Config = {
  -readonly [S in keyof Sections]: {
    -readonly [K in keyof Sections[S]]: Sections[S][K] extends Field<infer T> ? T : never;
  };
};

/** All settings at their defaults. */
export function defaultConfig(): Config {
  const entries = Object.entries(CONFIG_FIELDS).map(([section, fields]) => [
    section,
    Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, field.default])),
  ]);
  return Object.fromEntries(entries) as Config;
}
