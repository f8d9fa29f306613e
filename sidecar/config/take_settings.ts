import {
  type Config,
  defaultConfig,
  defaultPlatform,
  type Fields,
  type PlatformConfig,
} from "../../shared/config.ts";
import { refusal } from "../../shared/config_field.ts";
import {
  CONFIG_FIELDS,
  isPlatformName,
  PLATFORM_FIELDS,
  PLATFORM_NAME_ALLOWED,
} from "../../shared/config_fields.ts";
import { valueRemark } from "../../shared/value_remark.ts";
import { nearest } from "./nearest.ts";

/** Something wrong with a setting. */
export interface Finding {
  /** The setting's place: section and key, or the section alone. */
  path: readonly string[];
  /** Whether there is no such setting at all, or its value is not allowed. */
  kind: "unknown" | "wrong";
  /** What is wrong and what is allowed; no text that stands there as a value. */
  message: string;
}

const PLATFORMS = "platforms";

/**
 * Puts the settings of `document` into `config`: what config.toml says, or a change that somebody
 * asks for. Null means "back to the default". What is wrong is left out and told, all of it.
 */
export function takeSettings(config: Config, document: Record<string, unknown>): Finding[] {
  const findings: Finding[] = [];
  for (const [section, table] of Object.entries(document)) {
    if (section === PLATFORMS) {
      findings.push(...takePlatforms(config, table));
    } else if (!isSection(section)) {
      findings.push({ path: [section], kind: "unknown", message: unknownSection(section, table) });
    } else if (!isTable(table)) {
      findings.push(notATable([section], table));
    } else {
      const fields: Fields = CONFIG_FIELDS[section];
      const { taken, wrong } = takeTable(table, {
        path: [section],
        fields,
        defaults: defaultConfig()[section],
      });
      Object.assign(config[section], taken);
      findings.push(...wrong);
    }
  }
  return findings;
}

function takePlatforms(config: Config, platforms: unknown): Finding[] {
  if (!isTable(platforms)) return [notATable([PLATFORMS], platforms)];
  const findings: Finding[] = [];
  const taken = new Map<string, PlatformConfig>(Object.entries(config.platforms));
  for (const [name, table] of Object.entries(platforms)) {
    const path = [PLATFORMS, name];
    if (!isPlatformName(name)) {
      findings.push({
        path,
        kind: "wrong",
        message: `[platforms] a platform's name must be ${PLATFORM_NAME_ALLOWED}, is ` +
          JSON.stringify(name),
      });
    } else if (table === null) {
      if (Object.hasOwn(defaultConfig().platforms, name)) taken.set(name, defaultPlatform(name));
      else taken.delete(name);
    } else if (!isTable(table)) {
      findings.push(notATable(path, table));
    } else {
      const defaults = defaultPlatform(name);
      const result = takeTable(table, { path, fields: PLATFORM_FIELDS, defaults });
      taken.set(name, { ...(taken.get(name) ?? defaults), ...result.taken });
      findings.push(...result.wrong);
    }
  }
  config.platforms = Object.fromEntries(taken);
  return findings;
}

function takeTable(
  table: Record<string, unknown>,
  { path, fields, defaults }: {
    path: readonly string[];
    fields: Fields;
    defaults: Readonly<Record<string, unknown>>;
  },
): { taken: Record<string, unknown>; wrong: Finding[] } {
  const taken: [string, unknown][] = [];
  const wrong: Finding[] = [];
  const title = `[${path.join(".")}]`;
  for (const [key, value] of Object.entries(table)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) {
      const message = `${title} ${key} is unknown${suggestion(key, Object.keys(fields))}`;
      wrong.push({ path: [...path, key], kind: "unknown", message });
    } else if (value === null) {
      taken.push([key, defaults[key]]);
    } else if (field.accepts(value)) {
      taken.push([key, value]);
    } else {
      const message = `${title} ${key} ${refusal(field, value)}`;
      wrong.push({ path: [...path, key], kind: "wrong", message });
    }
  }
  return { taken: Object.fromEntries(taken), wrong };
}

function isSection(section: string): section is keyof typeof CONFIG_FIELDS {
  return Object.hasOwn(CONFIG_FIELDS, section);
}

function unknownSection(section: string, table: unknown): string {
  return isTable(table)
    ? `[${section}] is unknown${suggestion(section, [...Object.keys(CONFIG_FIELDS), PLATFORMS])}`
    : `${section} stands in no section`;
}

function notATable(path: readonly string[], value: unknown): Finding {
  const name = path.join(".");
  return {
    path,
    kind: "wrong",
    message: `${name} must be a section: [${name}]${valueRemark(value)}`,
  };
}

function suggestion(word: string, choices: readonly string[]): string {
  const choice = nearest(word, choices);
  return choice === null ? "" : ` (did you mean ${choice}?)`;
}

/** Whether a value is a table of keys and values. */
export function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}
