/**
 * Writes README's table of settings from the table that the sidecar itself checks them with. To be
 * run when that changes:
 *
 *     deno run -P=build sidecar/packaging/write_settings_table.ts
 */
import type { Fields } from "../../shared/config.ts";
import { CONFIG_FIELDS, PLATFORM_FIELDS } from "../../shared/config_fields.ts";

const BEGIN = "<!-- settings: written by sidecar/packaging/write_settings_table.ts -->";
const END = "<!-- end of settings -->";

/** The table of all settings, in Markdown. */
export function settingsTable(): string {
  const { engine, obs, api, dock, ...others } = CONFIG_FIELDS;
  const sections: Record<string, Fields> = {
    engine,
    obs,
    api,
    dock,
    "platforms.<name>": PLATFORM_FIELDS,
    ...others,
  };
  return table([
    ["setting", "default", "what", "allowed"],
    ...Object.entries(sections).flatMap(([section, fields]) => [
      [`**\`[${section}]\`**`, "", "", ""],
      ...Object.entries(fields).map(([key, field]) => [
        `\`${key}\``,
        field.default === null ? "" : `\`${JSON.stringify(field.default)}\``,
        field.help,
        field.allowed,
      ]),
    ]),
  ]);
}

/** README's text with the table in its place. @throws if the place is missing */
export function withSettingsTable(readme: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`README.md has no "${BEGIN}" … "${END}".`);
  return `${readme.slice(0, begin)}${BEGIN}\n\n${settingsTable()}\n\n${readme.slice(end)}`;
}

/** A table with its columns aligned, as `deno fmt` has them. */
function table([head = [], ...rows]: readonly string[][]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0))
  );
  const line = (cells: readonly string[], fill = " ") =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width, fill)).join(" | ")} |`;
  return [line(head), line([], "-"), ...rows.map((row) => line(row))].join("\n");
}

if (import.meta.main) {
  Deno.chdir(new URL("../../", import.meta.url));
  await Deno.writeTextFile("README.md", withSettingsTable(await Deno.readTextFile("README.md")));
}
