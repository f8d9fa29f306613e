import type { ConfigDocument } from "../../../shared/api.ts";
import { defaultPlatform, type Fields } from "../../../shared/config.ts";
import { type Field, refusal } from "../../../shared/config_field.ts";
import { CONFIG_FIELDS, PLATFORM_FIELDS } from "../../../shared/config_fields.ts";

/** One setting of the form. */
export interface Setting {
  /** `engine.log_level`, `platforms.twitch.enabled`. */
  key: string;
  /** The same in parts. */
  path: readonly string[];
  /** What it is called: "Log level". */
  label: string;
  field: Field<unknown>;
  /** Its value where nobody gave one. */
  default: unknown;
}

/** What stands in a setting's control: a text, or whether a switch is on. */
export type Raw = string | boolean;

/** Words in a key that are more than a word. */
const WORDS: Readonly<Record<string, string>> = {
  api: "API",
  cpu: "CPU",
  fps: "FPS",
  gpu: "GPU",
  kbps: "(kbit/s)",
  obs: "OBS",
  url: "URL",
  vram: "VRAM",
};

/** A key as a person reads it: `ingest_url` is "Ingest URL". */
export function labelOf(key: string): string {
  const words = key.split("_").map((word) => WORDS[word] ?? word).join(" ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** The settings of a section with a fixed name. */
export function sectionSettings(section: keyof typeof CONFIG_FIELDS): Setting[] {
  return settingsOf([section], CONFIG_FIELDS[section], {});
}

/** The settings of one platform. */
export function platformSettings(name: string): Setting[] {
  return settingsOf(["platforms", name], PLATFORM_FIELDS, { ...defaultPlatform(name) });
}

function settingsOf(
  path: readonly string[],
  fields: Fields,
  defaults: Readonly<Record<string, unknown>>,
): Setting[] {
  return Object.entries(fields).map(([key, field]) => ({
    key: [...path, key].join("."),
    path: [...path, key],
    label: labelOf(key),
    field,
    default: Object.hasOwn(defaults, key) ? defaults[key] : field.default,
  }));
}

/** A setting's value in a document; its default where the document has none. */
export function valueIn(document: ConfigDocument, setting: Setting): unknown {
  let value: unknown = document;
  for (const part of setting.path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) {
      return setting.default;
    }
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** How a value stands in its control. A text or number at its default leaves the control empty. */
export function rawOf(setting: Setting, value: unknown): Raw {
  const { kind } = setting.field;
  if (kind === "switch") return value === true;
  if (kind === "choice") return String(value);
  return value === null || value === setting.default ? "" : String(value);
}

/** What a control means. What is no number where one is wanted stays a text, and is refused. */
export function valueOf(setting: Setting, raw: Raw): unknown {
  if (typeof raw === "boolean") return raw;
  const { kind } = setting.field;
  const text = raw.trim();
  if (kind === "choice") return text;
  if (text === "") return setting.default;
  if (kind === "text") return text;
  return /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text) ? Number(text) : text;
}

/** What is wrong with what stands in a control, in the sidecar's words; null if nothing is. */
export function problemOf(setting: Setting, raw: Raw): string | null {
  const value = valueOf(setting, raw);
  if (value === setting.default || setting.field.accepts(value)) return null;
  return `${setting.label} ${refusal(setting.field, value)}`;
}

/** A value as a sentence has it. */
export function describeValue(value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (value === null || value === "") return "not set";
  return String(value);
}
