import assert from "node:assert/strict";
import { createRandom } from "../../sidecar/demo/random.ts";
import { type Conditions, EveningRig } from "./evening_rig.ts";

const BEFORE_MS = 60_000;
const TROUBLE_MS = 60_000;
/** `steady_hold` and `steady_recovery`, and the two seconds that finding it may take besides. */
const FOUND_WITHIN_MS = 7_000;
const OVER_WITHIN_MS = 12_000;

/** What is told of a minute of trouble in a good evening. */
function tellOf(trouble: Partial<Conditions>, seed = 1): EveningRig["told"] {
  const rig = new EveningRig(createRandom(seed).next);
  const good = rig.conditions;
  rig.run(BEFORE_MS);
  rig.conditions = { ...good, ...trouble };
  rig.run(TROUBLE_MS);
  rig.conditions = good;
  rig.run(BEFORE_MS);
  return rig.told;
}

for (
  const [what, trouble, id] of [
    ["a link that breaks down", { capacityKbps: 300 }, "network_drops:simple_stream"],
    ["a link of half the bitrate", { capacityKbps: 3000 }, "network_drops:simple_stream"],
    ["a link of 70 % of the bitrate", { capacityKbps: 4200 }, "network_drops:simple_stream"],
    ["a graphics card with too much to do", { laggedPercent: 10 }, "render_lag"],
    ["a graphics card with far too much to do", { laggedPercent: 40 }, "render_lag"],
    ["an encoder with too much to do", { skippedPercent: 10 }, "encoder_skips"],
    ["an encoder with far too much to do", { skippedPercent: 40 }, "encoder_skips"],
  ] as const
) {
  Deno.test(`${what}: told once, in time, and over in time`, () => {
    const told = tellOf(trouble);
    assert.deepEqual(told.map(({ what }) => what), [`${id} firing`, `${id} resolved`]);
    const [fired, resolved] = told.map(({ atMs }) => atMs - BEFORE_MS);
    assert.ok((fired ?? Infinity) <= FOUND_WITHIN_MS, `found after ${fired} ms`);
    assert.ok((resolved ?? Infinity) <= TROUBLE_MS + OVER_WITHIN_MS, `over after ${resolved} ms`);
    assert.ok((resolved ?? 0) > TROUBLE_MS, "not over before its time");
  });
}

Deno.test("a link a little too slow is told between its bursts of lost frames too, once", () => {
  const told = tellOf({ capacityKbps: 5500 }).map(({ what }) => what);
  assert.deepEqual(told, [
    "network_drops:simple_stream firing",
    "network_drops:simple_stream resolved",
  ]);
});

Deno.test("hours of scene changes, still pictures and single lost frames are no trouble", () => {
  const { next } = createRandom(7);
  const rig = new EveningRig(next);
  rig.conditions.laggedPercent = 0.02;
  rig.conditions.skippedPercent = 0.005;
  for (let minute = 0; minute < 4 * 60; minute++) {
    rig.conditions.bitrateKbps = 500 + next() * 5500;
    rig.run(60_000);
    if (next() < 0.4) rig.hiccup(Math.ceil(next() * 25));
    if (next() < 0.05) {
      rig.conditions.capacityKbps = 3000;
      rig.run(1000);
      rig.conditions.capacityKbps = 20_000;
    }
  }
  assert.deepEqual(rig.told, []);
});
