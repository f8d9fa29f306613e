import * as v from "valibot";
import { type Telemetry, TelemetrySchema } from "../../shared/telemetry.ts";

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
 * that one wrong figure costs itself only; one that may not be null costs what holds it.
 * @throws if that does not help: a part without which there is no snapshot is wrong
 */
export function validate(snapshot: Telemetry): Validated {
  const impossible: Impossible[] = [];
  let candidate: unknown = snapshot;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const result = v.safeParse(TelemetrySchema, candidate);
    if (result.success) return { telemetry: result.output, impossible };
    if (round === 0) candidate = structuredClone(candidate);
    // A figure may break the schema in several ways at once.
    const issues = new Map(
      result.issues.map((issue) => [v.getDotPath(issue) ?? "snapshot", issue]),
    );
    for (const [path, { message, path: keys = [] }] of issues) {
      const isKnown = impossible.some((known) => known.path === path);
      if (!isKnown) impossible.push({ path, problem: message });
      blank(candidate, keys.map(({ key }) => key as PropertyKey));
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

/** Sets the figure at the end of a path to null; where it is null already, what holds it. */
function blank(root: unknown, path: readonly PropertyKey[]): void {
  const places: { holder: Record<PropertyKey, unknown>; key: PropertyKey }[] = [];
  let value = root;
  for (const key of path) {
    // Another figure's fault has cost what holds this one.
    if (typeof value !== "object" || value === null) return;
    const holder = value as Record<PropertyKey, unknown>;
    places.push({ holder, key });
    value = holder[key];
  }
  const place = value === null ? places.at(-2) : places.at(-1);
  if (place !== undefined) place.holder[place.key] = null;
}
