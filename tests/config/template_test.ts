import assert from "node:assert/strict";
import { defaultConfig, type Fields } from "../../shared/config.ts";
import { CONFIG_FIELDS, PLATFORM_FIELDS } from "../../shared/config_fields.ts";
import { parseConfig } from "../../sidecar/config/parse_config.ts";
import { configTemplate } from "../../sidecar/config/template.ts";

/** The settings that stand in the template as comments, with the # taken away. */
function uncommented(): string {
  return configTemplate().split("\n")
    .map((line) => /^# ([a-z_]+ = .+)$/.exec(line)?.[1] ?? line)
    .join("\n");
}

Deno.test("parses to the defaults without a word", () => {
  const { config, errors, warnings } = parseConfig(configTemplate());
  assert.deepEqual([errors, warnings], [[], []]);
  assert.deepEqual(config, defaultConfig());
});

Deno.test("names every section and every setting, with a line of help", () => {
  const template = configTemplate();
  for (const [section, fields] of Object.entries<Fields>(CONFIG_FIELDS)) {
    assert.ok(template.includes(`\n[${section}]\n`));
    for (const [key, field] of Object.entries(fields)) {
      assert.match(template, new RegExp(`^# ${key} =`, "m"));
      assert.ok(template.includes(`# ${field.help}\n`), key);
    }
  }
});

Deno.test("has a section for each platform that is known, with its own defaults", () => {
  const template = configTemplate();
  const section = (name: string) => template.split(`\n[platforms.${name}]\n`)[1]?.split("\n[")[0];
  assert.match(section("twitch") ?? "", /^# ingest_url = "rtmps:\/\/ingest\.global/m);
  assert.match(section("youtube") ?? "", /^# ingest_url = "rtmps:\/\/a\.rtmps\.youtube/m);
  assert.match(section("kick") ?? "", /^# ingest_url =$/m);
  assert.match(section("tiktok") ?? "", /^# enabled = false$/m);
  for (const key of Object.keys(PLATFORM_FIELDS)) {
    assert.equal(
      template.match(new RegExp(`^# ${key} =`, "gm"))?.length,
      key === "enabled" ? 8 : 4,
    );
  }
});

Deno.test("has no place for a password", () => {
  const settings = configTemplate().match(/^# [a-z_]+ =/gm) ?? [];
  assert.deepEqual(settings.filter((line) => /password|secret|token|stream_key/.test(line)), []);
});

Deno.test("gives the defaults as they would be written", () => {
  const { config, errors, warnings } = parseConfig(uncommented());
  assert.deepEqual([errors, warnings], [[], []]);
  assert.deepEqual(config, defaultConfig());
  assert.match(uncommented(), /^bridge_update_rate = 500$/m);
});
