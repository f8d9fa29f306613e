import assert from "node:assert/strict";
import type { BandwidthReport, PreflightReport } from "../../shared/preflight.ts";
import { addReport, readReports } from "../../sidecar/preflight/report_file.ts";

function report(id: string, changes: Partial<PreflightReport> = {}): PreflightReport {
  return {
    ...{ version: 1, id, started_at: 1000, finished_at: 2000, verdict: "go", stopped: null },
    ...{ checks: [], bandwidth: [] },
    ...changes,
  };
}

function bandwidth(limited_by: "link" | "pace", sustained_kbps: number): BandwidthReport {
  return {
    ...{ platform: "a", sustained_kbps, limited_by, pace_kbps: 9000, stability: null },
    ...{ backlog_ms: 0, recommended_kbps: 1, method: "drain" },
  };
}

Deno.test("keeps the last twenty runs and the line's capacity, newest first", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/preflight.json`;
    assert.deepEqual(await readReports(path), { version: 1, capacity: null, runs: [] });
    const tested = { bandwidth: [bandwidth("link", 5500), bandwidth("pace", 9000)] };
    await addReport(path, report("tested", tested));
    await addReport(path, report("at least", { bandwidth: [bandwidth("pace", 9000)] }));
    for (let i = 0; i < 25; i++) await addReport(path, report(`run ${i}`));
    const { runs, capacity } = await readReports(path);
    assert.deepEqual([runs.length, runs[0]?.id, runs.at(-1)?.id], [20, "run 24", "run 5"]);
    assert.deepEqual(capacity, { mbps: 5.5, at: 2000 });
    if (Deno.build.os !== "windows") {
      assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    }
    await Deno.writeTextFile(path, '{"version":1,"runs":');
    assert.deepEqual((await readReports(path)).runs, []);
    await addReport(path, report("after"));
    assert.deepEqual((await readReports(path)).runs.map(({ id }) => id), ["after"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
