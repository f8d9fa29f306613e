/** One part of the benchmark, and what it found. */
import type { Counterpart } from "../counterparts.ts";

/** One line of the result table. */
export interface Row {
  what: string;
  /** What is promised; empty for a figure without a promise. */
  promise: string;
  /** Whether the promise was kept; null without one. */
  kept: boolean | null;
  measured: string;
  /** What it was measured against, in the same run; empty without one. */
  baseline: string;
  /** How often, how long. */
  runs: string;
}

/** What a section found. */
export interface Findings {
  rows: Row[];
  /** How it was measured, and what a reader must know to judge it; one paragraph each. */
  notes: string[];
}

/** What a section may use. */
export interface SectionTools {
  /** A folder that is deleted afterwards. */
  folder: string;
  /** Tells the person who waits what is being done. */
  say(line: string): void;
}

/** A part of the benchmark that can be run by itself. */
export interface Section {
  /** Its name on the command line and in the results. */
  name: string;
  title: string;
  needs: readonly Counterpart[];
  run(tools: SectionTools): Promise<Findings>;
}
