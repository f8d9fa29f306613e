import * as v from "valibot";
import { type Telemetry, TelemetrySchema } from "../shared/telemetry.ts";

/** A snapshot that keeps to its schema, and what had to be taken out for that. */
export interface Validated {
  telemetry: Telemetry;
  /** `path: what is wrong with it`, one for each figure that became null. */
  problems: string[];
}

/** More rounds than there are levels in a snapshot. */
const MAX_ROUNDS = 8;

/**
 * Checks a snapshot against the schema. Figures that break it become null, which is unknown, so
 * that one wrong figure costs itself only.
 * @throws if that does not help: a part of the snapshot that may not be null is wrong
 */
export function validate(snapshot: Telemetry): Validated {
  const problems: string[] = [];
  let candidate: unknown = snapshot;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const result = v.safeParse(TelemetrySchema, candidate);
    if (result.success) return { telemetry: result.output, problems };
    if (round === 0) candidate = structuredClone(candidate);
    for (const issue of result.issues) {
      problems.push(`${v.getDotPath(issue) ?? "snapshot"}: ${issue.message}`);
      blank(candidate, (issue.path ?? []).map(({ key }) => key));
    }
  }
  throw new Error(`A snapshot broke its schema and was not written: ${problems.join("; ")}`);
}

/** Sets the figure at the end of a path to null. */
function blank(root: unknown, path: readonly unknown[]): void {
  let place = root;
  for (const [index, key] of path.entries()) {
    if (typeof place !== "object" || place === null) return;
    const record = place as Record<PropertyKey, unknown>;
    if (index === path.length - 1) record[key as PropertyKey] = null;
    else place = record[key as PropertyKey];
  }
}
