import assert from "node:assert/strict";
import type { CheckReport, Finding, PreflightReport } from "../../shared/preflight.ts";
import { liveLines, reportLines } from "../../sidecar/cli/preflight_lines.ts";
import { fail, skipped } from "../../sidecar/preflight/check.ts";

function check(id: string, finding: Finding): CheckReport {
  return {
    ...{ id, name: `OBS: ${id}`, group: "obs", platform: null, status: finding.status },
    ...{ progress: null, duration_ms: 1, findings: [finding] },
  };
}

function report(checks: CheckReport[]): PreflightReport {
  return {
    ...{ version: 1, id: "a", started_at: 1, finished_at: 2, verdict: "no-go", stopped: null },
    ...{ checks, bandwidth: [] },
  };
}

const AWAY = "OBS is not reachable, so this was not looked at.";

Deno.test("no line of a live table is wider than the terminal, which would wrap it", () => {
  const long = report([check("sound", skipped("x".repeat(200)))]);
  for (const line of liveLines(long, { colours: false, width: 40 })) {
    assert.ok(line.length <= 40, `${line.length}`);
  }
});

Deno.test("checks that were skipped for the same reason are one line", () => {
  const lines = reportLines(
    report([
      check("reachable", fail("OBS is away.", { remedy: "Start it." })),
      check("sound", skipped(AWAY)),
      check("scene", skipped(AWAY)),
      check("replay", skipped("Not in use.")),
    ]),
    { colours: false, width: 100 },
  );
  assert.equal(lines.filter((line) => line.includes(AWAY)).length, 1);
  assert.ok(lines.includes("  [ –  ]  2 checks"), lines.join("\n"));
  assert.ok(lines.includes("  [ –  ]  OBS: replay"));
});
