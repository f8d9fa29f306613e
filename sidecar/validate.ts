import * as v from "valibot";
import { type Telemetry, TelemetrySchema } from "../shared/telemetry.ts";

/** A figure that breaks the schema. */
export interface Impossible {
  /** Dotted path in the snapshot. */
  path: string;
  /** What is wrong with it. */
  problem: string;
}

/** A snapshot that keeps to its schema, and what had to be taken out for that. */
export interface Validated {
  telemetry: Telemetry;
  /** One for each figure that became null. */
  impossible: Impossible[];
}

/** More rounds than there are levels in a snapshot. */
const MAX_ROUNDS = 8;

/**
 * Checks a snapshot against the schema. Figures that break it become null, which is unknown, so
 * that one wrong figure costs itself only.
 * @throws if that does not help: a part of the snapshot that may not be null is wrong
 */
export function validate(snapshot: Telemetry): Validated {
  const impossible: Impossible[] = [];
  let candidate: unknown = snapshot;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const result = v.safeParse(TelemetrySchema, candidate);
    if (result.success) return { telemetry: result.output, impossible };
    if (round === 0) candidate = structuredClone(candidate);
    for (const issue of result.issues) {
      impossible.push({ path: v.getDotPath(issue) ?? "snapshot", problem: issue.message });
      blank(candidate, (issue.path ?? []).map(({ key }) => key));
    }
  }
  throw new Error(
    `A snapshot broke its schema and was not written: ${describeImpossible(impossible)}`,
  );
}

/** Impossible figures as one line for the log. */
export function describeImpossible(impossible: readonly Impossible[]): string {
  return impossible.map(({ path, problem }) => `${path}: ${problem}`).join("; ");
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
