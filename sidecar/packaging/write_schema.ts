/**
 * Writes the JSON Schemas of bridge.json and of the pre-flight report to shared/schema/, from the
 * schemas that the sidecar itself checks with. To be run when those change:
 *
 *     deno run -P=build sidecar/packaging/write_schema.ts
 */
import { toJsonSchema } from "@valibot/to-json-schema";
import { AlertSchema } from "../../shared/alert.ts";
import {
  BandwidthReportSchema,
  CheckReportSchema,
  FindingSchema,
  PreflightReportSchema,
} from "../../shared/preflight.ts";
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

/** Where the pre-flight report's schema is kept, from the repository's root. */
export const PREFLIGHT_SCHEMA_PATH = "shared/schema/preflight-1.schema.json";

/** The JSON Schema of the pre-flight report as text. */
export function preflightSchemaText(): string {
  const { $schema, ...schema } = toJsonSchema(PreflightReportSchema, {
    target: "draft-2020-12",
    definitions: {
      BandwidthReport: BandwidthReportSchema,
      CheckReport: CheckReportSchema,
      Finding: FindingSchema,
    },
  });
  const described = {
    $schema,
    title: "Report of OBS Telemetry Bridge's checks before a stream, version 1",
    description: "What `deno task preflight --json` prints and the API answers with.",
    ...schema,
  };
  return `${JSON.stringify(described, null, 2)}\n`;
}

if (import.meta.main) {
  Deno.chdir(new URL("../../", import.meta.url));
  await Deno.mkdir("shared/schema", { recursive: true });
  await Deno.writeTextFile(SCHEMA_PATH, schemaText());
  await Deno.writeTextFile(PREFLIGHT_SCHEMA_PATH, preflightSchemaText());
}
