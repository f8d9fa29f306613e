import assert from "node:assert/strict";
import * as v from "valibot";
import { DISCONNECTED_OBS, TELEMETRY_VERSION, TelemetrySchema } from "../shared/telemetry.ts";
import { UNKNOWN_NETWORK, UNKNOWN_SYSTEM } from "../shared/telemetry.ts";
import {
  PREFLIGHT_SCHEMA_PATH,
  preflightSchemaText,
  SCHEMA_PATH,
  schemaText,
} from "../sidecar/packaging/write_schema.ts";
import { disconnectedTelemetry, exampleTelemetry } from "./api/example_telemetry.ts";

/** Every field of version 1.0.0, by its path, with the type that it has when it is known. */
const FIELDS_OF_1_0_0: Record<string, string> = {
  "version": "string",
  "timestamp": "number",
  "system.cpu_usage_percent": "number",
  "system.memory_used_gb": "number",
  "system.memory_total_gb": "number",
  "system.gpu.name": "string",
  "system.gpu.utilization_percent": "number",
  "system.gpu.temperature_celsius": "number",
  "system.gpu.vram_used_mb": "number",
  "system.gpu.vram_total_mb": "number",
  "system.gpu.encoder_utilization_percent": "number",
  "obs.connected": "boolean",
  "obs.streaming": "boolean",
  "obs.recording": "boolean",
  "obs.outputs.0.name": "string",
  "obs.outputs.0.active": "boolean",
  "obs.outputs.0.dropped_frames": "number",
  "obs.outputs.0.total_frames": "number",
  "obs.outputs.0.drop_percentage": "number",
  "obs.outputs.0.bitrate_kbps": "number",
  "obs.outputs.0.fps": "number",
  "obs.outputs.0.encoding_lag_ms": "number",
  "obs.total_dropped_frames": "number",
  "obs.total_frames": "number",
  "obs.overall_drop_percentage": "number",
  "network.upload_speed_mbps": "number",
  "network.download_speed_mbps": "number",
  "network.latency_ms": "number",
  "health.overall": "string",
  "health.alerts": "object",
};

function at(root: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>(
    (place, key) => (place as Record<string, unknown>)[key],
    root,
  );
}

Deno.test("the JSON Schemas in the repository are those that the sidecar checks with", async () => {
  const texts = { [SCHEMA_PATH]: schemaText(), [PREFLIGHT_SCHEMA_PATH]: preflightSchemaText() };
  for (const [path, text] of Object.entries(texts)) {
    const committed = await Deno.readTextFile(new URL(`../${path}`, import.meta.url));
    assert.equal(committed, text, "run: deno run -P=build sidecar/packaging/write_schema.ts");
  }
});

Deno.test("the JSON Schema names its version and requires every field of every object", () => {
  const schema = JSON.parse(schemaText());
  assert.equal(schema.properties.version.const, TELEMETRY_VERSION);
  const objects = [schema, ...Object.values(schema.properties), ...Object.values(schema.$defs)]
    .filter((part): part is { properties: object; required: string[] } =>
      typeof part === "object" && part !== null && "properties" in part
    );
  assert.equal(objects.length, 9);
  for (const { properties, required } of objects) {
    assert.deepEqual(Object.keys(properties), required);
  }
});

Deno.test("snapshots keep to the schema, whether much is known or nothing", () => {
  const unknown = exampleTelemetry({
    system: { ...UNKNOWN_SYSTEM, gpus: null },
    obs: DISCONNECTED_OBS,
    network: UNKNOWN_NETWORK,
  });
  for (const telemetry of [exampleTelemetry(), disconnectedTelemetry("Gone."), unknown]) {
    assert.deepEqual(v.parse(TelemetrySchema, JSON.parse(JSON.stringify(telemetry))), telemetry);
  }
});

Deno.test("has every field of version 1.0.0 in its place and with its type", () => {
  const telemetry = v.parse(TelemetrySchema, exampleTelemetry());
  for (const [path, type] of Object.entries(FIELDS_OF_1_0_0)) {
    assert.equal(typeof at(telemetry, path), type, path);
  }
  assert.ok(Array.isArray(telemetry.health.alerts));
});

Deno.test("keeps 1.0.0's fields of OBS zero and empty, not missing, while it is away", () => {
  assert.deepEqual(
    [DISCONNECTED_OBS.connected, DISCONNECTED_OBS.streaming, DISCONNECTED_OBS.recording],
    [false, false, false],
  );
  assert.deepEqual(DISCONNECTED_OBS.outputs, []);
  assert.deepEqual(
    [
      DISCONNECTED_OBS.total_dropped_frames,
      DISCONNECTED_OBS.total_frames,
      DISCONNECTED_OBS.overall_drop_percentage,
    ],
    [0, 0, 0],
  );
});
