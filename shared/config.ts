/**
 * The user's settings: types and defaults, made from the tables in config_fields.ts. The checks,
 * the generated config.toml, README's table and the dock's form come from the same tables.
 */
import type { Field } from "./config_field.ts";
import { CONFIG_FIELDS, KNOWN_PLATFORMS, PLATFORM_FIELDS } from "./config_fields.ts";

type Values<Fields> = {
  -readonly [K in keyof Fields]: Fields[K] extends Field<infer T> ? T : never;
};

type Sections = typeof CONFIG_FIELDS;

/** Settings of one platform. */
export type PlatformConfig = Values<typeof PLATFORM_FIELDS>;

/** Every setting with its value. */
export type Config = { -readonly [S in keyof Sections]: Values<Sections[S]> } & {
  platforms: Record<string, PlatformConfig>;
};

/** The fields of one section, whichever it is. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** The settings to change: a section for each name, null for "back to the default". */
export type ConfigChanges =
  & {
    [S in Exclude<keyof Config, "platforms">]?: { [K in keyof Config[S]]?: Config[S][K] | null };
  }
  & {
    platforms?: Record<string, { [K in keyof PlatformConfig]?: PlatformConfig[K] | null } | null>;
  };

/** All settings at their defaults. */
export function defaultConfig(): Config {
  const sections = Object.entries(CONFIG_FIELDS).map(([section, fields]) =>
    [section, defaultsOf(fields)] as const
  );
  const platforms = Object.keys(KNOWN_PLATFORMS).map((name) => [name, defaultPlatform(name)]);
  return {
    ...Object.fromEntries(sections),
    platforms: Object.fromEntries(platforms),
  } as Config;
}

/** A platform's settings where its section gives none. */
export function defaultPlatform(name: string): PlatformConfig {
  const own = Object.hasOwn(KNOWN_PLATFORMS, name) ? KNOWN_PLATFORMS[name] : {};
  return { ...defaultsOf(PLATFORM_FIELDS) as PlatformConfig, ...own };
}

/** Names of the settings in which two configurations differ: `engine.log_level`. */
export function changedKeys(before: Config, after: Config): string[] {
  const old = new Map(leaves(before));
  const now = new Map(leaves(after));
  return [...new Set([...old.keys(), ...now.keys()])].filter((key) =>
    old.get(key) !== now.get(key)
  );
}

function defaultsOf(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, field.default]));
}

function leaves(value: object, prefix = ""): [string, unknown][] {
  return Object.entries(value).flatMap(([key, item]): [string, unknown][] =>
    typeof item === "object" && item !== null
      ? leaves(item, `${prefix}${key}.`)
      : [[`${prefix}${key}`, item]]
  );
}
