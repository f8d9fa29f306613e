import { CONFIG_FIELDS, type Field } from "../../shared/config.ts";

/**
 * config.toml as it is written at first start: every section, and every setting that does something
 * as a comment with its default, so that defaults that change later still apply.
 */
export function configTemplate(): string {
  const sections = Object.entries(CONFIG_FIELDS).map(([section, fields]) => {
    const shown = Object.entries<Field<unknown>>(fields).filter(([, field]) => !field.hidden);
    const settings = shown.map(([key, field]) =>
      `# ${field.help}\n# ${key} = ${field.default === null ? "" : JSON.stringify(field.default)}`
        .trimEnd()
    );
    return `[${section}]\n${settings.join("\n\n")}\n`;
  });
  return [
    "# Settings of OBS Telemetry Bridge. To change one, take the # away from its line.\n" +
    "# Passwords and keys do not belong here.\n",
    ...sections,
  ].join("\n");
}
