import assert from "node:assert/strict";
import { defaultConfig } from "../../shared/config.ts";
import { silence } from "../../sidecar/health/rules/silence.ts";
import { alertSettings, silenceLevelDb } from "../../sidecar/health/thresholds.ts";
import { exampleFigures } from "./health_fixture.ts";

const { thresholds, paces } = alertSettings(defaultConfig().alerts);

function find(silent_s: number | null, silent_inputs: string[] = []) {
  return silence.find(exampleFigures({ obs: { silent_s, silent_inputs } }), thresholds);
}

Deno.test("silence: sound, and what is not known, is nothing to tell", () => {
  assert.deepEqual([...find(null), ...find(0)], []);
});

Deno.test("silence: warns after 30 s by default, and ends with the first sound", () => {
  assert.deepEqual(paces.silence, { holdMs: 30_000, recoveryMs: 0 });
  const [finding] = find(31, ["Mic/Aux", "Desktop Audio"]);
  assert.equal(finding?.severity, "warning");
  assert.equal(finding?.value, 31);
  assert.match(finding?.message ?? "", /Muted or silent: Mic\/Aux, Desktop Audio\. Check/);
});

Deno.test("silence: names three inputs at most, and where to look without any", () => {
  const [many] = find(31, ["A", "B", "C", "D", "E"]);
  assert.match(many?.message ?? "", /silent: A, B, C and 2 more\./);
  const [none] = find(31);
  assert.match(none?.message ?? "", /Advanced Audio Properties > Tracks/);
});

Deno.test("silence: nobody listens where the user wants none of it", () => {
  const { alerts } = defaultConfig();
  assert.equal(silenceLevelDb(alerts), -60);
  assert.equal(silenceLevelDb({ ...alerts, silence_level: -45 }), -45);
  assert.equal(silenceLevelDb({ ...alerts, silence: false }), null);
  assert.equal(silenceLevelDb({ ...alerts, enabled: false }), null);
});
