/**
 * Writes the JSON Schema of bridge.json to shared/schema/, from the schema that the sidecar itself
 * checks every snapshot with. To be run when that changes:
 *
 *     deno run -P=build sidecar/packaging/write_schema.ts
 */
import { toJsonSchema } from "@valibot/to-json-schema";
import { AlertSchema } from "../../shared/alert.ts";
import {
  CollectorHealthSchema,
  GpuSchema,
  OutputSchema,
  TELEMETRY_VERSION,
  TelemetrySchema,
} from "../../shared/telemetry.ts";

/** Where the schema is kept, from the repository's root. */
export const SCHEMA_PATH = `shared/schema/bridge-${TELEMETRY_VERSION}.schema.json`;

/** The JSON Schema of bridge.json as text. */
export function schemaText(): string {
  const { $schema, ...schema } = toJsonSchema(TelemetrySchema, {
    target: "draft-2020-12",
    definitions: {
      Alert: AlertSchema,
      CollectorHealth: CollectorHealthSchema,
      Gpu: GpuSchema,
      Output: OutputSchema,
    },
    // JSON has no infinite numbers: there is nothing to check.
    ignoreActions: ["finite"],
  });
  const described = {
    $schema,
    title: `bridge.json of OBS Telemetry Bridge, version ${TELEMETRY_VERSION}`,
    description: "One snapshot. A figure that is null is not known.",
    ...schema,
  };
  return `${JSON.stringify(described, null, 2)}\n`;
}

if (import.meta.main) {
  Deno.chdir(new URL("../../", import.meta.url));
  await Deno.mkdir("shared/schema", { recursive: true });
  await Deno.writeTextFile(SCHEMA_PATH, schemaText());
}
