import { parse, TomlError } from "smol-toml";
import { type Config, CONFIG_FIELDS, defaultConfig, type Field } from "../../shared/config.ts";
import { nearest } from "./nearest.ts";

/** Something wrong in config.toml. */
export interface ConfigProblem {
  /** Line, counted from 1; null if it cannot be told. */
  line: number | null;
  /** What is wrong and what is allowed. */
  message: string;
}

/** What a config.toml says. */
export interface ParsedConfig {
  /** The settings; null if any of them is wrong. */
  config: Config | null;
  errors: ConfigProblem[];
  /** Things to tell the user that stop nothing. */
  warnings: ConfigProblem[];
}

/** Reads config.toml. Every problem is found, not only the first one. */
export function parseConfig(toml: string): ParsedConfig {
  let document: Record<string, unknown>;
  try {
    document = parse(toml.replace(/^\uFEFF/, ""));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split("\n")[0] ?? "unreadable";
    return { config: null, errors: [{ line: error.line, message: reason }], warnings: [] };
  }
  const config = defaultConfig();
  const errors: ConfigProblem[] = [];
  const warnings: ConfigProblem[] = [];
  for (const [section, table] of Object.entries(document)) {
    const fields: Fields | undefined = known(CONFIG_FIELDS, section);
    if (fields === undefined) {
      warnings.push(unknownSection(toml, { section, isTable: isTable(table) }));
      continue;
    }
    if (!isTable(table)) {
      const line = lineOf(toml, { section: null, key: section });
      errors.push({ line, message: `${section} must be a section: [${section}]` });
      continue;
    }
    for (const [key, value] of Object.entries(table)) {
      const line = lineOf(toml, { section, key });
      const field = known(fields, key);
      if (field === undefined) {
        const hint = suggestion(key, Object.keys(fields));
        warnings.push({ line, message: `[${section}] ${key} is unknown and is ignored${hint}` });
      } else if (field.accepts(value)) {
        Object.assign(config[section as keyof Config], { [key]: value });
      } else {
        errors.push({
          line,
          message: `[${section}] ${key} must be ${field.allowed}, is ${shown(value)}`,
        });
      }
    }
  }
  return { config: errors.length === 0 ? config : null, errors, warnings };
}

/** A problem as one line for the user. */
export function describeProblem(path: string, { line, message }: ConfigProblem): string {
  return `${path}${line === null ? "" : `, line ${line}`}: ${message}.`;
}

/** Settings of one section. */
type Fields = Readonly<Record<string, Field<unknown>>>;

function known<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function unknownSection(
  toml: string,
  { section, isTable }: { section: string; isTable: boolean },
): ConfigProblem {
  if (isTable) {
    const hint = suggestion(section, Object.keys(CONFIG_FIELDS));
    const line = lineOf(toml, { section, key: null });
    return { line, message: `[${section}] is unknown and is ignored${hint}` };
  }
  const line = lineOf(toml, { section: null, key: section });
  return { line, message: `${section} stands before the first [section] and is ignored` };
}

function suggestion(word: string, choices: readonly string[]): string {
  const choice = nearest(word, choices);
  return choice === null ? "" : ` (did you mean ${choice}?)`;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}

function shown(value: unknown): string {
  const isNumber = typeof value === "bigint" || typeof value === "number";
  const json = isNumber ? String(value) : JSON.stringify(value) ?? String(value);
  return json.length <= 60 ? json : `${json.slice(0, 59)}…`;
}

/** The line of a key, or of a section's heading; null if it is written in an unusual way. */
function lineOf(
  toml: string,
  { section, key }: { section: string | null; key: string | null },
): number | null {
  let current: string | null = null;
  for (const [index, line] of toml.split("\n").entries()) {
    const heading = /^\s*\[+\s*([^\]]*?)\s*\]/.exec(line)?.[1];
    if (heading !== undefined) {
      current = heading;
      if (key === null && heading.split(".")[0] === section) return index + 1;
    }
    const name = /^\s*["']?([\w-]+)["']?\s*=/.exec(line)?.[1];
    if (name === key && current === section) return index + 1;
  }
  return null;
}
