import assert from "node:assert/strict";
import fc from "fast-check";
import * as v from "valibot";
import { GpuSchema } from "../../shared/telemetry.ts";
import { type AmdTexts, parseAmdFigures } from "../../sidecar/collectors/amd_figures.ts";
import { findAmdName } from "../../sidecar/collectors/amd_name.ts";

const KEYS = [
  "busy",
  "vramUsed",
  "vramTotal",
  "temperature",
  "powerMean",
  "powerNow",
  "fan",
  "fanTop",
  "fanDrive",
  "clock",
] as const;

const FigureSchema = v.pick(GpuSchema, [
  "utilization_percent",
  "temperature_celsius",
  "vram_used_mb",
  "vram_total_mb",
  "power_watts",
  "fan_percent",
  "clock_mhz",
]);

Deno.test("turns the driver's texts into figures", () => {
  const figures = parseAmdFigures({
    busy: "37\n",
    vramUsed: "3221225472\n",
    vramTotal: "17163091968\n",
    temperature: "54500\n",
    powerMean: "187000000\n",
    powerNow: "1\n",
    fan: "1650\n",
    fanTop: "3300\n",
    fanDrive: "1\n",
    clock: "2480000000\n",
  });
  assert.deepEqual(figures, {
    utilization_percent: 37,
    temperature_celsius: 54.5,
    vram_used_mb: 3072,
    vram_total_mb: 16368,
    power_watts: 187,
    fan_percent: 50,
    clock_mhz: 2480,
  });
});

Deno.test("keeps a real 0 apart from what is missing", () => {
  assert.deepEqual(
    parseAmdFigures({ busy: "0", powerNow: "0", fan: "0", fanTop: "3300", vramUsed: "0" }),
    {
      utilization_percent: 0,
      temperature_celsius: null,
      vram_used_mb: 0,
      vram_total_mb: null,
      power_watts: 0,
      fan_percent: 0,
      clock_mhz: null,
    },
  );
});

Deno.test("takes the present power and the fan's drive where the better file is missing", () => {
  const figures = parseAmdFigures({ powerNow: "15250000", fan: "900", fanDrive: "102" });
  assert.equal(figures.power_watts, 15.25);
  assert.equal(figures.fan_percent, 40);
  assert.equal(parseAmdFigures({ fan: "900", fanTop: "0", fanDrive: "255" }).fan_percent, 100);
});

Deno.test("knows nothing from texts that make no sense", () => {
  const nonsense = ["", " ", "-1", "NaN", "12abc", "0x10", "1e3", "1.5", "18446744073709551615"];
  for (const text of nonsense) {
    const texts = Object.fromEntries(KEYS.map((key) => [key, text]));
    const known = Object.entries(parseAmdFigures(texts)).filter(([, figure]) => figure !== null);
    const expected = text === "-1" ? [["temperature_celsius", -0.001]] : [];
    assert.deepEqual(known, expected, JSON.stringify(text));
  }
  assert.equal(parseAmdFigures({ temperature: "999999" }).temperature_celsius, null);
  assert.equal(parseAmdFigures({ fanDrive: "256" }).fan_percent, null);
  assert.equal(parseAmdFigures({ busy: "101" }).utilization_percent, 100);
});

Deno.test("gives only figures a snapshot may hold, whatever the files say", () => {
  const text = fc.oneof(
    fc.string(),
    fc.bigInt().map(String),
    fc.double().map(String),
    fc.integer().map((value) => `${value}\n`),
    fc.constantFrom(null, undefined),
  );
  const texts: fc.Arbitrary<AmdTexts> = fc.array(text, { minLength: 10, maxLength: 10 })
    .map((values) => Object.fromEntries(KEYS.map((key, index) => [key, values[index] ?? null])));
  fc.assert(fc.property(texts, (raw) => v.is(FigureSchema, parseAmdFigures(raw))));
});

const IDS = `# List of AMDGPU IDs
# device_id,\trevision_id,\tproduct_name

1.0.0
73BF,\tC0,\tAMD Radeon RX 6900 XT
73BF,\tC1,\tAMD Radeon RX 6800 XT
15BF,\tC4,\tAMD Radeon 780M Graphics, mobile
`;

Deno.test("finds a card's name by device and revision", () => {
  assert.equal(findAmdName(IDS, { id: "0x73bf", revision: "0xc1" }), "AMD Radeon RX 6800 XT");
  assert.equal(
    findAmdName(IDS, { id: "0x15bf", revision: "0xC4" }),
    "AMD Radeon 780M Graphics, mobile",
  );
});

Deno.test("has no name for a card that is not in the list", () => {
  assert.equal(findAmdName(IDS, { id: "0x73bf", revision: "0xff" }), null);
  assert.equal(findAmdName("", { id: "0x73bf", revision: "0xc1" }), null);
  assert.equal(findAmdName(IDS, { id: "", revision: "" }), null);
});

Deno.test("never throws on a list of names that is none", () => {
  fc.assert(fc.property(fc.string(), fc.string(), fc.string(), (list, id, revision) => {
    const name = findAmdName(list, { id, revision });
    return name === null || name.length > 0;
  }));
});
