import * as v from "valibot";
import { type PreflightReport, PreflightReportSchema } from "../../shared/preflight.ts";
import { replaceFile } from "../files/replace_file.ts";

/** Runs that are kept. */
const KEPT_RUNS = 20;

/** Twenty reports take some 300 KB; a file of more is not ours. */
const MAX_FILE_BYTES = 8 << 20;

const UploadCapacitySchema = v.object({
  /** Mbit/s. */
  mbps: v.number(),
  /** When it was measured, Unix ms. */
  at: v.number(),
});

/** What the last bandwidth test that found the line's limit measured. */
export type UploadCapacity = v.InferOutput<typeof UploadCapacitySchema>;

const FileSchema = v.object({
  version: v.literal(1),
  capacity: v.nullable(UploadCapacitySchema),
  runs: v.array(PreflightReportSchema),
});

type ReportFileContents = v.InferOutput<typeof FileSchema>;

const EMPTY: ReportFileContents = { version: 1, capacity: null, runs: [] };

/** The last runs, newest first, and the line's capacity; empty if the file is missing or damaged. */
export async function readReports(path: string): Promise<ReportFileContents> {
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_FILE_BYTES) return EMPTY;
    return v.parse(FileSchema, JSON.parse(await Deno.readTextFile(path)));
  } catch {
    return EMPTY;
  }
}

/**
 * Adds a run that has ended. The file is read anew, so that what another program added stays.
 * @throws if it cannot be written
 */
export async function addReport(path: string, report: PreflightReport): Promise<void> {
  const { runs, capacity } = await readReports(path);
  const contents: ReportFileContents = {
    version: 1,
    capacity: measuredCapacity(report) ?? capacity,
    runs: [report, ...runs.filter(({ id }) => id !== report.id)].slice(0, KEPT_RUNS),
  };
  await replaceFile(path, new TextEncoder().encode(JSON.stringify(contents)));
}

/** The most that the line took, if a test of the run found its limit. */
function measuredCapacity(
  { bandwidth, finished_at, started_at }: PreflightReport,
): UploadCapacity | null {
  const limits = bandwidth.filter(({ limited_by }) => limited_by === "link")
    .map(({ sustained_kbps }) => sustained_kbps);
  if (limits.length === 0) return null;
  return { mbps: Math.max(...limits) / 1000, at: finished_at ?? started_at };
}
