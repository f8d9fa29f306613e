/** What a row of the history is made of, read off the snapshot's schema. */
import type * as v from "valibot";
import {
  type HealthLevel,
  NetworkSchema,
  ObsSchema,
  SystemSchema,
  type Telemetry,
} from "../../shared/telemetry.ts";
import { decimalsOfMetric } from "./metrics.ts";
import { decimalsOf } from "./resolution.ts";

/** A place in the snapshot: names of fields and numbers of items. */
export type Path = readonly (string | number)[];

/** A field that every row has its own value of. `list` is an array of words. */
export interface Leaf {
  path: Path;
  kind: "number" | "flag" | "text" | "list";
  /** Of a number: how many of its decimals are kept. */
  decimals: number;
}

/** A figure of which a row knows the least, the mean and the most. */
export interface RangeOf {
  metric: string;
  decimals: number;
  /** Its leaf, if it has one; -1 without. */
  leaf: number;
}

/** What rows of one kind have in common: which outputs and cards there are. */
export interface RowShape {
  leaves: readonly Leaf[];
  /** Fields with the same value in all of these rows. */
  fixed: readonly (readonly [Path, unknown])[];
  /** Fields that are the same as others. */
  same: readonly (readonly [Path, Path])[];
  ranges: readonly RangeOf[];
}

/** What is kept of a snapshot. */
export type RowFigures = Pick<Telemetry, "system" | "obs" | "network"> & {
  health: { overall: HealthLevel };
};

type Schema = v.GenericSchema & {
  entries?: Record<string, Schema>;
  item?: Schema;
  wrapped?: Schema;
};

/** The shape of a snapshot's row. */
export function shapeOf(figures: RowFigures, metrics: Iterable<string>): RowShape {
  const leaves: Leaf[] = [{ path: ["health", "overall"], kind: "text", decimals: 0 }];
  const fixed: [Path, unknown][] = [];
  const { gpu, ...system } = figures.system;
  const card = cardIndex(figures);
  const same: [Path, Path][] = card === -1 ? [] : [[["system", "gpu"], ["system", "gpus", card]]];
  const { gpu: gpuSchema, ...systemEntries } = SystemSchema.entries;
  const walk = { leaves, fixed };
  addFields(walk, { schema: { entries: systemEntries }, value: system, path: ["system"] });
  if (card === -1) add(walk, { schema: gpuSchema, value: gpu, path: ["system", "gpu"] });
  add(walk, { schema: ObsSchema, value: figures.obs, path: ["obs"] });
  add(walk, { schema: NetworkSchema, value: figures.network, path: ["network"] });
  const places = placesOf({ leaves, fixed, same });
  const ranges = Array.from(metrics, (metric) => ({
    metric,
    decimals: decimalsOfMetric(metric),
    leaf: places.get(metric) ?? -1,
  }));
  return { leaves, fixed, same, ranges };
}

/** Tells shapes apart quickly: figures with the same key have the same shape. */
export function shapeKey({ system, obs }: RowFigures, metrics: Iterable<string>): string {
  const cards = system.gpus === null ? null : system.gpus.length;
  const outputs = obs.outputs === null ? null : obs.outputs.map(({ id }) => id);
  return JSON.stringify([cards, cardIndex({ system }), system.gpu === null, outputs, ...metrics]);
}

/** Which of the cards is the first-named one; -1 if none is. */
function cardIndex({ system: { gpu, gpus } }: Pick<RowFigures, "system">): number {
  if (gpu === null || gpus === null) return -1;
  const text = JSON.stringify(gpu);
  return gpus.findIndex((card) => card === gpu || JSON.stringify(card) === text);
}

interface Walk {
  leaves: Leaf[];
  fixed: [Path, unknown][];
}

interface Step {
  schema: unknown;
  value: unknown;
  path: Path;
}

function add(walk: Walk, { schema: given, value, path }: Step): void {
  const nullable = given as Schema;
  const schema = nullable.type === "nullable" ? nullable.wrapped ?? nullable : nullable;
  const field = String(path.at(-1));
  if (schema.type === "object") {
    if (value === null) walk.fixed.push([path, null]);
    else addFields(walk, { schema, value, path });
  } else if (schema.type === "array" && schema.item?.type === "object") {
    const items = value as readonly unknown[] | null;
    if (items === null || items.length === 0) walk.fixed.push([path, items]);
    items?.forEach((item, i) =>
      add(walk, { schema: schema.item, value: item, path: [...path, i] })
    );
  } else if (field === "id") {
    walk.fixed.push([path, value]);
  } else if (schema.type === "number") {
    walk.leaves.push({ path, kind: "number", decimals: decimalsOf(field) });
  } else {
    const kind = schema.type === "boolean" ? "flag" : schema.type === "array" ? "list" : "text";
    walk.leaves.push({ path, kind, decimals: 0 });
  }
}

function addFields(walk: Walk, { schema, value, path }: Step): void {
  const { entries = {} } = schema as { entries?: Record<string, unknown> };
  for (const [name, entry] of Object.entries(entries)) {
    add(walk, {
      schema: entry,
      value: (value as Record<string, unknown>)[name] ?? null,
      path: [...path, name],
    });
  }
}

/** Numbers of the leaves by the paths of the figures that they are. */
function placesOf({ leaves, fixed, same }: Omit<RowShape, "ranges">): Map<string, number> {
  const ids = new Map(
    fixed.filter(([path]) => path.at(-1) === "id").map(([path, id]) => [path[2], String(id)]),
  );
  const places = new Map<string, number>();
  leaves.forEach(({ path }, place) => {
    const isOutput = path[1] === "outputs" && path[0] === "obs";
    const named = isOutput ? path.map((step, i) => i === 2 ? ids.get(step) : step) : path;
    places.set(named.join("."), place);
    for (const [alias, of] of same) {
      if (of.every((step, i) => path[i] === step)) {
        places.set([...alias, ...path.slice(of.length)].join("."), place);
      }
    }
  });
  return places;
}
