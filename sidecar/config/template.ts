import { defaultPlatform, type Fields } from "../../shared/config.ts";
import { CONFIG_FIELDS, KNOWN_PLATFORMS, PLATFORM_FIELDS } from "../../shared/config_fields.ts";
import { type TomlValue, tomlValue } from "./toml_edit.ts";

const HEAD = `# Settings of OBS Telemetry Bridge. To change one, take the # away from its line.
# A change is in force a second or two after the file is saved. Passwords and keys do not belong here.
`;

const PLATFORMS_HEAD = `# Platforms: a section for each, as many as you like.
`;

/**
 * config.toml as it is written at first start: every section, and every setting as a comment with
 * its default, so that defaults that change later still apply.
 */
export function configTemplate(): string {
  const { engine, obs, api, dock, ...others } = CONFIG_FIELDS;
  const sections = (tables: Record<string, Fields>) =>
    Object.entries(tables).map(([name, fields]) => `[${name}]\n${described(fields)}`);
  return [
    HEAD,
    ...sections({ engine, obs, api, dock }),
    PLATFORMS_HEAD + platforms().join("\n"),
    ...sections(others),
  ].join("\n");
}

/** The first platform's section says what the settings are; the others only show them. */
function platforms(): string[] {
  return Object.keys(KNOWN_PLATFORMS).map((name, index) => {
    const defaults = defaultPlatform(name);
    const heading = `[platforms.${name}]\n`;
    if (index === 0) return heading + described(PLATFORM_FIELDS, defaults);
    return heading + Object.entries(defaults).map(([key, value]) => shown(key, value)).join("");
  });
}

function described(fields: Fields, values: Readonly<Record<string, unknown>> = {}): string {
  return Object.entries(fields)
    .map(([key, field]) => `# ${field.help}\n${shown(key, values[key] ?? field.default)}`)
    .join("\n");
}

function shown(key: string, value: unknown): string {
  return value === null ? `# ${key} =\n` : `# ${key} = ${tomlValue(value as TomlValue)}\n`;
}
