import fc from "fast-check";
import assert from "node:assert/strict";
import * as v from "valibot";
import { type Telemetry, TelemetrySchema } from "../../shared/telemetry.ts";
import { describeImpossible, validate } from "../../sidecar/snapshot/validate.ts";
import { disconnectedTelemetry, exampleTelemetry } from "../api/example_telemetry.ts";

/** The example with another value at a path. */
function changed(path: string, value: unknown): Telemetry {
  const copy = structuredClone(exampleTelemetry());
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let place = copy as unknown as Record<string, unknown>;
  for (const key of keys) place = place[key] as Record<string, unknown>;
  place[last] = value;
  return copy;
}

Deno.test("leaves a good snapshot as it is", () => {
  for (const telemetry of [exampleTelemetry(), disconnectedTelemetry("OBS is not running.")]) {
    assert.deepEqual(validate(telemetry), { telemetry, impossible: [] });
  }
});

Deno.test("takes an impossible figure for unknown and says which", () => {
  const wrong: [string, unknown][] = [
    ["system.cpu_usage_percent", 100.1],
    ["system.cpu_usage_percent", -1],
    ["system.cpu_usage_percent", NaN],
    ["system.memory_used_gb", Infinity],
    ["obs.total_frames", 1.5],
    ["obs.outputs.0.dropped_frames", -3],
    ["obs.total_frames", -1.5],
    ["obs.outputs.0.congestion", 1.1],
    ["obs.scene", 7],
    ["obs.version", []],
    ["network.latency_ms", undefined],
  ];
  for (const [path, value] of wrong) {
    const before = changed(path, value);
    const { telemetry, impossible } = validate(before);
    assert.deepEqual(impossible.map((item) => item.path), [path]);
    assert.deepEqual(telemetry, changed(path, null));
    assert.match(describeImpossible(impossible), new RegExp(`^${path}: .+`));
  }
});

Deno.test("does not touch the snapshot that it was given", () => {
  const given = changed("system.cpu_usage_percent", 101);
  validate(given);
  assert.equal(given.system.cpu_usage_percent, 101);
});

Deno.test("gives up what holds a figure that may not be unknown", () => {
  const { telemetry, impossible } = validate(changed("obs.outputs.0.kind", "tape"));
  assert.deepEqual(impossible.map((item) => item.path), ["obs.outputs.0.kind", "obs.outputs.0"]);
  assert.equal(telemetry.obs.outputs, null);
  assert.equal(telemetry.obs.scene, "Gameplay");
});

Deno.test("throws where a part is wrong without which there is no snapshot", () => {
  for (const path of ["sequence", "health.overall", "obs", "health.collectors.gpu.ok"]) {
    assert.throws(
      () => validate(changed(path, -1.5)),
      /A snapshot broke its schema and was not written: /,
    );
  }
});

Deno.test("makes a valid snapshot of any figures whatever", () => {
  const figures = ["active_fps", "total_frames", "scene", "render_time_ms", "outputs"] as const;
  fc.assert(
    fc.property(fc.constantFrom(...figures), fc.anything(), (name, value) => {
      const { telemetry } = validate(changed(`obs.${name}`, value));
      v.assert(TelemetrySchema, telemetry);
    }),
    { numRuns: 1000 },
  );
});
