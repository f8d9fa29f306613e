/**
 * What is told of moments beside their rows. It is found out once, before a moment is first sent,
 * and kept with the cursor: sent again, a moment is just as it was. Pure.
 */
import type { MetricSource } from "./otlp_metric.ts";

/** What the history tells of a moment beside its row. */
export type MomentContext = Pick<MetricSource, "firing" | "sessionStartMs">;

/** What was told, and what is to be told. */
export interface ToldFacts {
  /** The streamer's name by which new rows go; null before the first. */
  name: string | null;
  /** Names before it, each of the rows up to an id, in order. */
  names: readonly { upTo: number; name: string }[];
  /** Contexts of the moments that were tried, each up to a row's id, in order. */
  contexts: readonly ({ upTo: number } & MomentContext)[];
}

/** Nothing was told yet. */
export const NOTHING_TOLD: ToldFacts = { name: null, names: [], contexts: [] };

/** Rows keep the name that the streamer had; a new one is that of the rows after the last. */
export function withName(
  facts: ToldFacts,
  { name, lastRowId }: { name: string; lastRowId: number },
): ToldFacts {
  if (facts.name === name) return facts;
  if (facts.name === null) return { ...facts, name };
  return { ...facts, name, names: [...facts.names, { upTo: lastRowId, name: facts.name }] };
}

/** The streamer's name of a row. */
export function nameAt({ name, names }: ToldFacts, rowId: number): string | null {
  return names.find(({ upTo }) => rowId <= upTo)?.name ?? name;
}

/** What was told of a row's moment; null if it was not tried yet. */
export function contextAt({ contexts }: ToldFacts, rowId: number): MomentContext | null {
  return contexts.find(({ upTo }) => rowId <= upTo) ?? null;
}

/** Adds what is told of the next row's moment. */
export function withContext(
  facts: ToldFacts,
  { rowId, context: { firing, sessionStartMs } }: { rowId: number; context: MomentContext },
): ToldFacts {
  const added = { upTo: rowId, firing, sessionStartMs };
  const last = facts.contexts.at(-1);
  const isSame = last !== undefined && JSON.stringify({ ...last, upTo: rowId }) ===
      JSON.stringify(added);
  return { ...facts, contexts: [...facts.contexts.slice(0, isSame ? -1 : undefined), added] };
}

/** Without what concerns rows up to an id: those are done with. */
export function factsAfter(facts: ToldFacts, rowId: number): ToldFacts {
  return {
    ...facts,
    names: facts.names.filter(({ upTo }) => upTo > rowId),
    contexts: facts.contexts.filter(({ upTo }) => upTo > rowId),
  };
}
