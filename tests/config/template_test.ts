import assert from "node:assert/strict";
import { CONFIG_FIELDS, defaultConfig } from "../../shared/config.ts";
import { parseConfig } from "../../sidecar/config/parse_config.ts";
import { configTemplate } from "../../sidecar/config/template.ts";

/** The settings that stand in the template as comments, with the # taken away. */
function uncommented(): string {
  return configTemplate().split("\n")
    .map((line) => /^# ([a-z_]+ = .+)$/.exec(line)?.[1] ?? line)
    .join("\n");
}

Deno.test("parses to the defaults without a word", () => {
  assert.deepEqual(parseConfig(configTemplate()), {
    config: defaultConfig(),
    errors: [],
    warnings: [],
  });
});

Deno.test("names every section and every setting, with a line of help", () => {
  const template = configTemplate();
  for (const [section, fields] of Object.entries(CONFIG_FIELDS)) {
    assert.ok(template.includes(`\n[${section}]\n`));
    for (const [key, { help }] of Object.entries(fields)) {
      assert.match(template, new RegExp(`^# ${key} =`, "m"));
      assert.ok(template.includes(`# ${help}\n`));
    }
  }
});

Deno.test("gives the defaults as they would be written", () => {
  const { config, errors, warnings } = parseConfig(uncommented());
  assert.deepEqual([errors, warnings], [[], []]);
  assert.deepEqual(config, defaultConfig());
  assert.match(uncommented(), /^bridge_update_rate = 500$/m);
});
