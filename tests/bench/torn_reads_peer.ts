/**
 * Reads a bridge file as fast as it can. Arguments: PATH READS. Prints what it saw as JSON.
 */
import * as v from "valibot";
import { TelemetrySchema } from "../../shared/telemetry.ts";

/** What a reader saw. */
export interface ReaderReport {
  reads: number;
  /** Different contents. */
  versions: number;
  /** Reads that found no file, no JSON, or JSON that breaks the schema. */
  invalid: number;
  /** Reads whose sequence was lower than the one before. */
  backwards: number;
}

function readMany(path: string, reads: number): ReaderReport {
  const report: ReaderReport = { reads, versions: 0, invalid: 0, backwards: 0 };
  let lastText = "";
  let lastSequence = 0;
  for (let count = 0; count < reads; count++) {
    try {
      const text = Deno.readTextFileSync(path);
      if (text === lastText) continue;
      const { sequence } = v.parse(TelemetrySchema, JSON.parse(text));
      report.versions++;
      if (sequence < lastSequence) report.backwards++;
      lastText = text;
      lastSequence = sequence;
    } catch {
      report.invalid++;
    }
  }
  return report;
}

if (import.meta.main) {
  const [path = "", reads] = Deno.args;
  console.log(JSON.stringify(readMany(path, Number(reads))));
}
