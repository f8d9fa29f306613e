import assert from "node:assert/strict";
import { CONFIG_FIELDS, defaultConfig, type Field } from "../../shared/config.ts";
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

Deno.test("names every section and every setting that does something, with a line of help", () => {
  const template = configTemplate();
  for (const [section, fields] of Object.entries(CONFIG_FIELDS)) {
    assert.ok(template.includes(`\n[${section}]\n`));
    for (const [key, { help, hidden }] of Object.entries<Field<unknown>>(fields)) {
      assert.equal(new RegExp(`^# ${key} =`, "m").test(template), !hidden, key);
      assert.equal(template.includes(`# ${help}\n`), !hidden, key);
    }
  }
  assert.doesNotMatch(template, /retention|metrics_interval/);
});

Deno.test("gives the defaults as they would be written", () => {
  const { config, errors, warnings } = parseConfig(uncommented());
  assert.deepEqual([errors, warnings], [[], []]);
  assert.deepEqual(config, defaultConfig());
  assert.match(uncommented(), /^bridge_update_rate = 500$/m);
});
