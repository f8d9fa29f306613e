import assert from "node:assert/strict";
import { PLATFORM_FIELDS } from "../../shared/config_fields.ts";
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
  const table = settingsTable();
  assert.ok(
    table.includes(
      "| `bridge_update_rate` | `500` | Milliseconds between two updates of overlay and dock. " +
        "| a whole number from 100 to 5000 |",
    ),
  );
  for (const [key, { help }] of Object.entries(PLATFORM_FIELDS)) {
    assert.ok(table.includes(`| \`${key}\` |`) && table.includes(help));
  }
  assert.throws(() => withSettingsTable("nothing"), /README\.md has no/);
});
