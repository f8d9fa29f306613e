import assert from "node:assert/strict";
import * as fc from "fast-check";
import * as v from "valibot";
import { type Telemetry, TelemetrySchema } from "../../shared/telemetry.ts";
import { counterpartTest, LUAJIT } from "../counterparts.ts";
import { disconnectedFixture, healthyFixture, troubledFixture } from "./bridge_fixture.ts";
import { luaLiteral, runLua } from "./luajit.ts";

interface Cut {
  reading: { sequence: number; written_at_ms: number };
  pieces: { system: string; obs: string; network: string; health: string };
  rest?: string;
  outputs?: string[];
}

/** What the overlay cuts out of each text; null where it leaves a text whole. */
async function cutAll(texts: string[]): Promise<(Cut | null)[]> {
  const answer = await runLua(`
    local out = {}
    for index, text in ipairs(${luaLiteral(texts)}) do
      local reading, pieces = pure.cut_file(text)
      out[index] = false
      if reading then
        local rest, outputs = pure.cut_outputs(pieces.obs)
        out[index] = { reading = reading, pieces = pieces, rest = rest, outputs = outputs }
      end
    end
    return out`) as (Cut | false)[];
  return answer.map((cut) => cut === false ? null : cut);
}

/** The file put together again from its pieces; throws where a piece is not JSON. */
function joined({ reading, pieces, rest, outputs }: Cut): Record<string, unknown> {
  const obs = rest === undefined ? JSON.parse(pieces.obs) : {
    ...JSON.parse(rest),
    outputs: (outputs ?? []).map((output) => JSON.parse(output)),
  };
  return {
    ...reading,
    system: JSON.parse(pieces.system),
    obs,
    network: JSON.parse(pieces.network),
    health: JSON.parse(pieces.health),
  };
}

function expected(telemetry: Telemetry): Record<string, unknown> {
  const { version: _version, timestamp: _timestamp, ...rest } = telemetry;
  return { ...rest };
}

counterpartTest("what the sidecar writes is cut into pieces that hold all of it", [
  LUAJIT,
], async () => {
  const fixtures = [healthyFixture(), troubledFixture(), disconnectedFixture("Refused.")];
  const files = fixtures.map((fixture) => v.parse(TelemetrySchema, fixture));
  const cuts = await cutAll(files.map((file) => JSON.stringify(file)));
  for (const [index, file] of files.entries()) {
    const cut = cuts[index];
    assert.ok(cut);
    assert.ok(cut.outputs, "the outputs are cut out");
    assert.deepEqual(joined(cut), expected(file));
  }
});

counterpartTest("other layouts are left whole", [LUAJIT], async () => {
  const file = healthyFixture();
  const { obs, ...others } = file;
  const cuts = await cutAll([
    "",
    "{}",
    JSON.stringify(file, null, 2),
    JSON.stringify({ ...others, obs }),
    JSON.stringify({ ...file, version: "2.0.0" }),
    JSON.stringify(file).slice(0, -1),
    `${JSON.stringify(file)}x`,
  ]);
  assert.deepEqual(cuts, [null, null, null, null, null, null, null]);
});

counterpartTest("no name can make the cut pieces say something else", [LUAJIT], async () => {
  const hostile = fc.array(
    fc.constantFrom(...'{}[],:"\\ a', '"outputs":', '{"id":"x"}', '","kind":"', '},"obs":{'),
    { maxLength: 8 },
  ).map((parts) => parts.join(""));
  const names = fc.sample(fc.tuple(hostile, hostile, hostile), { numRuns: 500, seed: 4477 });
  const files = names.map(([name, scene, message]) => {
    const file = troubledFixture();
    file.obs.scene = scene;
    for (const output of file.obs.outputs ?? []) output.name = name;
    for (const alert of file.health.alerts) alert.message = message;
    return file;
  });
  const cuts = await cutAll(files.map((file) => JSON.stringify(file)));
  let right = 0;
  for (const [index, cut] of cuts.entries()) {
    if (cut === null) continue;
    let telemetry;
    try {
      telemetry = joined(cut);
    } catch (error) {
      assert.ok(error instanceof SyntaxError);
      continue;
    }
    assert.deepEqual(telemetry, expected(files[index] as Telemetry));
    right++;
  }
  assert.ok(right > 100, `most names do not get in the way: ${right}`);
});
