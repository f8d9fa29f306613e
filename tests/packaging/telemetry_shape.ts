import * as v from "valibot";
import { type Telemetry, TelemetrySchema } from "../../shared/telemetry.ts";

/** A bridge.json, checked. @throws if it does not keep to the schema */
export function parseTelemetry(text: string): Telemetry {
  return v.parse(TelemetrySchema, JSON.parse(text));
}

/** Which fields there are, as paths: what must not depend on the system. */
export function shapeOf(value: unknown, path = ""): string[] {
  if (Array.isArray(value) || typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([name, inner]) => shapeOf(inner, `${path}.${name}`)).sort();
}
