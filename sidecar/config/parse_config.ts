import { parse, TomlError } from "smol-toml";
import { type Config, defaultConfig } from "../../shared/config.ts";
import { type Finding, takeSettings } from "./take_settings.ts";
import { type OrderWarning, wrongOrders } from "./threshold_order.ts";
import { type TomlPlace, tomlPlaces } from "./toml_places.ts";

/** Something wrong in config.toml. */
export interface ConfigProblem {
  /** Line, counted from 1; null if it cannot be told. */
  line: number | null;
  /** The setting, or the section: `engine.log_level`; null where the text is no TOML. */
  key: string | null;
  /** What is wrong and what is allowed. */
  message: string;
}

/** What a config.toml says. */
export interface ParsedConfig {
  /** The settings; null if any of them is wrong. */
  config: Config | null;
  /** The settings with defaults in place of those that are wrong; null if the text is no TOML. */
  usable: Config | null;
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
    const message = error.message.split("\n")[0] ?? "unreadable";
    const errors = [{ line: error.line, key: null, message }];
    return { config: null, usable: null, errors, warnings: [] };
  }
  const usable = defaultConfig();
  const findings = takeSettings(usable, document);
  const orders = wrongOrders(usable.alerts);
  const places = findings.length + orders.length === 0 ? [] : tomlPlaces(toml);
  const problems = (kind: Finding["kind"]): ConfigProblem[] =>
    findings.filter((finding) => finding.kind === kind).map(({ path, message }) => ({
      line: lineOf(path, places),
      key: path.join("."),
      message: kind === "unknown" ? `${message} and is ignored` : message,
    }));
  const errors = problems("wrong");
  return {
    config: errors.length === 0 ? usable : null,
    usable,
    errors,
    warnings: [
      ...problems("unknown"),
      ...orders.map(({ paths, message }) => orderProblem({ paths, message }, places)),
    ],
  };
}

/** A problem as one line for the user. */
export function describeProblem(path: string, { line, message }: ConfigProblem): string {
  return `${path}${line === null ? "" : `, line ${line}`}: ${message}.`;
}

/** At the line of whichever setting the file has. */
function orderProblem(
  { paths, message }: OrderWarning,
  places: readonly TomlPlace[],
): ConfigProblem {
  const [path = []] = paths.filter((candidate) => lineOf(candidate, places) !== null);
  return { line: lineOf(path, places), key: path.join("."), message };
}

/** The line of a setting, or of the first thing that makes a section. */
function lineOf(path: readonly string[], places: readonly TomlPlace[]): number | null {
  const place = places.find((candidate) =>
    path.every((part, index) => part === candidate.path[index])
  );
  return place?.line ?? null;
}
