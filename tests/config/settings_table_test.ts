import assert from "node:assert/strict";
import { CONFIG_FIELDS, PLATFORM_FIELDS } from "../../shared/config_fields.ts";
import { settingsTable, withSettingsTable } from "../../sidecar/packaging/write_settings_table.ts";

Deno.test("README's table of settings is that of the schema", async () => {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  assert.equal(
    withSettingsTable(readme),
    readme,
    "run deno run -P=build sidecar/packaging/write_settings_table.ts",
  );
});

Deno.test("the table has a row for every setting, with default, help and what is allowed", () => {
  const rows = settingsTable().split("\n").map((row) => row.replace(/ +/g, " "));
  assert.ok(
    rows.includes(
      "| `bridge_update_rate` | `500` | Milliseconds between two updates of overlay and dock. " +
        "| a whole number from 100 to 5000 |",
    ),
  );
  const sections = [...Object.values(CONFIG_FIELDS), PLATFORM_FIELDS];
  for (const [key, { help }] of sections.flatMap((fields) => Object.entries(fields))) {
    assert.ok(rows.some((row) => row.startsWith(`| \`${key}\` |`) && row.includes(help)), key);
  }
  assert.throws(() => withSettingsTable("nothing"), /README\.md has no/);
});
