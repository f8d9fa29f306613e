import assert from "node:assert/strict";
import * as v from "valibot";
import { TelemetrySchema } from "../../shared/telemetry.ts";
import { PLOTS, snapshotsOf, startOf } from "../../sidecar/demo/past_evening.ts";
import { rememberEvenings } from "../../sidecar/demo/remember_evenings.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { openSessions } from "../../sidecar/sessions/open_sessions.ts";
import { openHistory } from "../../sidecar/wiring/open_history.ts";

const NOW = new Date(2026, 10, 23, 0, 10).getTime();
const RETENTION = { rowsHours: 24, sessionsDays: 90, alertsDays: 90 };

/** What a sidecar finds in the demo's history. */
async function withMemory(
  look: (sessions: ReturnType<typeof openSessions>) => void | Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/history.db`;
  await rememberEvenings({ path, nowMs: NOW, retention: RETENTION, log: silentLog });
  const clock = { now: () => NOW, monotonic: () => 0 };
  const history = openHistory({
    path,
    metricsIntervalS: () => 5,
    retention: () => RETENTION,
    openAlerts: () => [],
    clock,
    log: silentLog,
  });
  try {
    await look(openSessions({
      ...{ ...history, clock, alertsBetween: history.alerts.between },
      hasObsExited: () => false,
      isShutOut: () => false,
      carried: () => null,
      publish: () => {},
    }));
  } finally {
    await history.close();
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the demo remembers an evening for each plot, over and with both outputs", async () => {
  await withMemory((sessions) => {
    const { sessions: evenings } = sessions.list({ limit: 10 });
    assert.deepEqual(
      evenings.map(({ start_time }) => start_time),
      PLOTS.map((plot) => startOf(plot, NOW)).reverse(),
    );
    for (const { end_time, ended, outputs } of evenings) {
      assert.ok(end_time !== null && end_time < NOW);
      assert.equal(ended, "stopped");
      assert.deepEqual(outputs.map(({ name }) => name).sort(), ["Twitch", "YouTube"]);
    }
  });
});

Deno.test("the demo's last evening tells what happened at 21:14, beside earlier ones", async () => {
  await withMemory(async (sessions) => {
    const [last] = sessions.list({ limit: 1 }).sessions;
    assert.ok(last);
    const detail = await sessions.detail(last.id, 300);
    assert.ok(detail);
    const { report, alerts, series } = detail;
    const at = new Date(2026, 10, 22, 21, 14).getTime();
    const [finding] = report.findings;
    assert.equal(finding?.cause, "network");
    assert.ok(finding.from <= at && at <= finding.to);
    assert.deepEqual(
      alerts.map(({ since, resolved_at }) => [since < at, at < (resolved_at ?? 0)]),
      [
        [true, true],
        [true, true],
      ],
    );
    assert.ok(report.comparison.length > 0);
    const drops = series.find(({ metric }) => metric === "obs.recent_drop_percentage");
    assert.ok(drops && drops.points.length > 100);
  });
});

Deno.test("each output of the demo's past that dropped frames has its alert", async () => {
  await withMemory(async (sessions) => {
    for (const { id, outputs } of sessions.list({ limit: 10 }).sessions) {
      const detail = await sessions.detail(id, 300);
      const told = detail?.alerts.filter(({ metric }) => metric?.endsWith("drop_percentage")) ?? [];
      assert.deepEqual(
        told.map(({ metric }) => metric).sort(),
        outputs.filter(({ dropped_frames }) => dropped_frames !== 0)
          .map(({ output_id }) => `obs.outputs.${output_id}.recent_drop_percentage`).sort(),
      );
      for (const { name } of outputs.filter(({ dropped_frames }) => dropped_frames !== 0)) {
        assert.ok(told.some(({ message }) => message.startsWith(`Network: ${name} is dropping`)));
        assert.match(detail?.report.findings[0]?.text ?? "", new RegExp(name));
      }
    }
  });
});

Deno.test("the demo's past is made of whole snapshots", () => {
  for (const plot of PLOTS) {
    for (const snapshot of snapshotsOf(plot, startOf(plot, NOW))) {
      v.parse(TelemetrySchema, snapshot);
    }
  }
});
