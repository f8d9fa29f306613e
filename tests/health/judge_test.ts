import assert from "node:assert/strict";
import type { AlertEvent } from "../../shared/api.ts";
import type { CollectorName } from "../../shared/collector_names.ts";
import { defaultConfig } from "../../shared/config.ts";
import type { Severity } from "../../shared/severity.ts";
import { DISCONNECTED_OBS, type Health } from "../../shared/telemetry.ts";
import type { CollectorHealth } from "../../shared/telemetry.ts";
import { type Evidence, Judge } from "../../sidecar/health/judge.ts";
import type { Finding, Rule } from "../../sidecar/health/rule.ts";
import { RULES } from "../../sidecar/health/rules.ts";
import { alertSettings } from "../../sidecar/health/thresholds.ts";
import type { Figures } from "../../sidecar/snapshot/assemble.ts";
import { FakeTime } from "../fake_time.ts";
import { exampleFigures } from "./health_fixture.ts";

const OK: CollectorHealth = { ok: true, age_ms: 40, error: null };
const COLLECTORS: Record<CollectorName, CollectorHealth> = {
  obs: OK,
  system: OK,
  network: OK,
  gpu: OK,
};

const AWAY: Figures = { ...exampleFigures(), obs: DISCONNECTED_OBS };
const LIVE = exampleFigures({ obs: { streaming: true, recording: false } });
const IDLE = exampleFigures({ obs: { streaming: false, recording: false } });

function finding(changes: Partial<Finding> = {}): Finding {
  return {
    severity: "warning",
    message: "Too warm. Open a window.",
    metric: "system.heat",
    value: 30,
    ...changes,
  };
}

interface RigOptions {
  holdMs?: number;
  recoveryMs?: number;
  rules?: readonly Rule[];
  onChange?(event: AlertEvent): void;
  isShutOut?(): boolean;
}

/** A judge, by default over one rule whose findings the test sets. */
class Rig {
  readonly time = new FakeTime();
  findings: Finding[] = [];
  /** `[alerts]` as the user has it now. */
  readonly alerts = defaultConfig().alerts;
  readonly #judge: Judge;

  constructor({ holdMs = 2000, recoveryMs = 3000, rules, ...others }: RigOptions = {}) {
    const heat: Rule = { id: "heat", pace: { holdMs, recoveryMs }, find: () => this.findings };
    this.#judge = new Judge({
      ...others,
      rules: rules ?? [heat],
      clock: this.time,
      settings: () => alertSettings(this.alerts),
    });
  }

  /** The verdict `ms` later, with others every few seconds until then. */
  after(ms: number, changes: Partial<Evidence> = {}): Health {
    let leftMs = ms;
    for (; leftMs > 5000; leftMs -= 5000) this.#judgeAfter(5000, changes);
    return this.#judgeAfter(leftMs, changes);
  }

  #judgeAfter(ms: number, changes: Partial<Evidence>): Health {
    this.time.sleep(ms);
    return this.#judge.judge({ figures: LIVE, collectors: COLLECTORS, notices: [], ...changes });
  }

  /** Ids of the alerts `ms` later. */
  ids(ms: number): string[] {
    return this.after(ms).alerts.map(({ id }) => id);
  }
}

Deno.test("finds a good stream healthy", () => {
  const rig = new Rig({ rules: RULES });
  for (let tick = 0; tick < 100; tick++) {
    const { overall, alerts, collectors } = rig.after(500);
    assert.deepEqual([overall, alerts], ["healthy", []]);
    assert.equal(collectors, COLLECTORS);
  }
});

Deno.test("tells trouble once it has lasted", () => {
  const rig = new Rig();
  rig.findings = [finding()];
  assert.deepEqual(rig.ids(0), []);
  assert.deepEqual(rig.ids(1999), []);
  assert.deepEqual(rig.ids(1), ["heat"]);
});

Deno.test("tells nothing of trouble that comes and goes", () => {
  const rig = new Rig();
  for (let time = 0; time < 20; time++) {
    rig.findings = [finding()];
    assert.deepEqual(rig.ids(500), []);
    assert.deepEqual(rig.ids(1000), []);
    rig.findings = [];
    assert.deepEqual(rig.ids(500), []);
  }
});

Deno.test("lets an alert go once the trouble has been gone for long enough", () => {
  const rig = new Rig();
  rig.findings = [finding()];
  rig.after(0);
  rig.after(2000);
  rig.findings = [];
  assert.deepEqual(rig.ids(2999), ["heat"]);
  rig.findings = [finding()];
  assert.deepEqual(rig.ids(1), ["heat"]);
  rig.findings = [];
  assert.deepEqual(rig.ids(2999), ["heat"], "it came back and has to be gone anew");
  assert.deepEqual(rig.ids(1), []);
});

Deno.test("gets worse only when it stays worse, and better at once", () => {
  const rig = new Rig({ holdMs: 2000 });
  const severityAfter = (ms: number, severity: Severity) => {
    rig.findings = [finding({ severity })];
    return rig.after(ms).alerts[0]?.severity;
  };
  severityAfter(0, "warning");
  assert.equal(severityAfter(2000, "warning"), "warning");
  assert.equal(severityAfter(500, "error"), "warning", "one bad tick");
  assert.equal(severityAfter(500, "warning"), "warning");
  assert.equal(severityAfter(500, "error"), "warning");
  assert.equal(severityAfter(1999, "error"), "warning");
  assert.equal(severityAfter(1, "error"), "error");
  assert.equal(severityAfter(500, "warning"), "warning");
});

Deno.test("remembers when the trouble began, and forgets it when it was over", () => {
  const rig = new Rig();
  rig.findings = [finding()];
  const began = rig.time.now();
  rig.after(0);
  const [alert] = rig.after(10_000).alerts;
  assert.deepEqual(alert, {
    id: "heat",
    severity: "warning",
    message: "Too warm. Open a window.",
    metric: "system.heat",
    value: 30,
    since: began,
  });
  rig.findings = [];
  rig.after(3000);
  rig.findings = [finding()];
  rig.after(0);
  assert.equal(rig.after(2000).alerts[0]?.since, rig.time.now() - 2000);
});

Deno.test("is not led astray by a wall clock that jumps", () => {
  const rig = new Rig();
  rig.findings = [finding()];
  rig.after(0);
  rig.time.jump(3_600_000);
  assert.deepEqual(rig.ids(500), []);
  rig.time.jump(-7_200_000);
  assert.deepEqual(rig.ids(1499), []);
  assert.deepEqual(rig.ids(1), ["heat"]);
});

Deno.test("shows the figure as it is now", () => {
  const rig = new Rig();
  rig.findings = [finding()];
  rig.after(0);
  rig.after(2000);
  rig.findings = [finding({ value: 35 })];
  assert.equal(rig.after(500).alerts[0]?.value, 35);
});

Deno.test("keeps what it is about apart by its subject", () => {
  const rig = new Rig();
  rig.findings = [finding({ subject: "twitch" })];
  rig.after(0);
  rig.findings = [finding({ subject: "twitch" }), finding({ subject: "kick" })];
  assert.deepEqual(rig.ids(2000), ["heat:twitch"]);
  assert.deepEqual(rig.ids(2000), ["heat:twitch", "heat:kick"]);
  rig.findings = [finding({ subject: "kick" })];
  assert.deepEqual(rig.ids(3000), ["heat:kick"]);
});

Deno.test("keeps rules apart whose ids begin alike", () => {
  const rule = (id: string, found: Finding[]): Rule => ({
    id,
    pace: { holdMs: 0, recoveryMs: 0 },
    find: () => found,
  });
  const rig = new Rig({ rules: [rule("disk_space", [finding()]), rule("disk", [])] });
  assert.deepEqual(rig.ids(0), ["disk_space"]);
  assert.deepEqual(rig.ids(500), ["disk_space"]);
});

Deno.test("puts the worst alert first, and of equal ones the oldest", () => {
  const rig = new Rig({ holdMs: 0 });
  const severities: Severity[] = ["info", "warning", "error", "critical", "warning"];
  for (const [index, severity] of severities.entries()) {
    rig.findings.push(finding({ subject: `${index}`, severity }));
    rig.after(100);
  }
  assert.deepEqual(rig.ids(100), ["heat:3", "heat:2", "heat:1", "heat:4", "heat:0"]);
});

Deno.test("sums alerts up in one word", () => {
  const cases: [Severity[], string, string][] = [
    [[], "healthy", "unknown"],
    [["info"], "healthy", "unknown"],
    [["info", "warning"], "warning", "unknown"],
    [["warning", "error"], "critical", "critical"],
    [["critical"], "critical", "critical"],
  ];
  for (const [severities, connected, away] of cases) {
    const notices = severities.map((severity, index) => finding({ severity, subject: `${index}` }));
    assert.equal(new Rig().after(0, { notices }).overall, connected);
    assert.equal(new Rig().after(0, { notices, figures: AWAY }).overall, away);
  }
});

Deno.test("tells at once that OBS went away while it was live, until it is back", () => {
  for (
    const figures of [LIVE, exampleFigures({ obs: { streaming: false, recording: true } })]
  ) {
    const rig = new Rig();
    rig.after(0, { figures });
    const lostAt = rig.time.now() + 500;
    for (const wait of [500, 500, 60_000]) {
      const { overall, alerts } = rig.after(wait, { figures: AWAY });
      assert.equal(overall, "critical");
      assert.deepEqual(
        alerts.map(({ id, severity, since }) => [id, severity, since]),
        [["obs_lost", "critical", lostAt]],
      );
    }
    assert.deepEqual(rig.after(500, { figures: IDLE }).alerts, []);
    assert.equal(rig.after(500, { figures: AWAY }).overall, "unknown");
  }
});

Deno.test("waits 15 minutes for OBS that went away, then takes the stream for over", () => {
  const told: AlertEvent[] = [];
  const rig = new Rig({ onChange: (event) => void told.push(event) });
  rig.after(0);
  rig.after(500, { figures: AWAY });
  const lostAt = rig.time.now();
  assert.equal(rig.after(15 * 60_000 - 1, { figures: AWAY }).overall, "critical");
  assert.deepEqual(told.map(({ state }) => state), ["firing"]);
  assert.equal(rig.after(1, { figures: AWAY }).overall, "unknown");
  const [, { state, alert } = {}] = told;
  assert.deepEqual(
    [state, alert?.id, alert?.since, alert?.resolved_at],
    ["resolved", "obs_lost", lostAt, lostAt + 15 * 60_000],
  );
  assert.match(alert?.message ?? "", /did not come back since .*: the stream is over\.$/);
  assert.deepEqual(rig.after(24 * 3_600_000, { figures: AWAY }).alerts, []);
  assert.equal(told.length, 2);
  rig.after(500);
  assert.deepEqual(
    rig.after(500, { figures: AWAY }).alerts.map(({ id }) => id),
    ["obs_lost"],
    "the next stream is another one",
  );
});

Deno.test("waits on for OBS that runs and can only not be seen, and 15 minutes once it is gone", () => {
  const rig = new Rig({ isShutOut: () => isShutOut });
  let isShutOut = true;
  rig.after(0);
  assert.equal(rig.after(3_600_000, { figures: AWAY }).overall, "unknown");
  assert.equal(rig.after(500, { figures: AWAY }).alerts[0]?.severity, "warning");
  isShutOut = false;
  assert.equal(rig.after(500, { figures: AWAY }).alerts[0]?.severity, "critical");
  assert.equal(rig.after(14 * 60_000, { figures: AWAY }).alerts.length, 1);
  assert.equal(rig.after(60_000, { figures: AWAY }).alerts.length, 0);
});

Deno.test("tells nothing when OBS said goodbye, though it was live", () => {
  const time = new FakeTime();
  let exited = false;
  const judge = new Judge({ rules: [], clock: time, hasObsExited: () => exited });
  const overall = (figures: Figures) =>
    judge.judge({ figures, collectors: COLLECTORS, notices: [] }).overall;
  assert.equal(overall(LIVE), "healthy");
  exited = true;
  assert.equal(overall(AWAY), "unknown");
  exited = false;
  assert.equal(overall(AWAY), "unknown", "it stays as it was understood");
});

Deno.test("only warns that it cannot see OBS any more while OBS runs on", () => {
  let shutOut = true;
  const judge = new Judge({ rules: [], clock: new FakeTime(), isShutOut: () => shutOut });
  const alerts = (figures: Figures) =>
    judge.judge({ figures, collectors: COLLECTORS, notices: [] }).alerts;
  assert.deepEqual(alerts(LIVE), []);
  const [lost, ...others] = alerts(AWAY);
  assert.deepEqual([lost?.id, lost?.severity, others], ["obs_lost", "warning", []]);
  assert.match(lost?.message ?? "", /cannot see OBS any more.* Enable WebSocket server/);
  shutOut = false;
  assert.equal(alerts(AWAY)[0]?.severity, "critical");
});

Deno.test("tells nothing when OBS goes away that was not live", () => {
  const rig = new Rig();
  rig.after(0, { figures: LIVE });
  rig.after(500, { figures: IDLE });
  const { overall, alerts } = rig.after(500, { figures: AWAY });
  assert.deepEqual([overall, alerts], ["unknown", []]);
});

Deno.test("forgets what OBS's figures showed once OBS is away, and keeps the rest", () => {
  const rig = new Rig();
  rig.findings = [
    finding({ subject: "a", metric: "obs.active_fps", severity: "error" }),
    finding({ subject: "b", metric: "system.heat" }),
  ];
  rig.after(0, { figures: IDLE });
  rig.after(2000, { figures: IDLE });
  rig.findings = [];
  const { overall, alerts } = rig.after(500, { figures: AWAY });
  assert.deepEqual(alerts.map(({ id }) => id), ["heat:b"]);
  assert.equal(overall, "unknown");
});

Deno.test("tells of a collector that has failed for 10 s, mildly; OBS's is told otherwise", () => {
  const rig = new Rig();
  const failed: CollectorHealth = { ok: false, age_ms: null, error: "The driver is gone." };
  const collectors = { ...COLLECTORS, gpu: failed, obs: failed };
  assert.deepEqual(rig.after(0, { collectors }).alerts, []);
  assert.deepEqual(rig.after(9999, { collectors }).alerts, []);
  const { overall, alerts } = rig.after(1, { collectors });
  assert.deepEqual(alerts.map(({ id, severity }) => [id, severity]), [["collector:gpu", "info"]]);
  assert.match(
    alerts[0]?.message ?? "",
    /^The gpu figures are missing since [\d:]{8}: The driver is gone\./,
  );
  assert.equal(overall, "healthy");
  assert.deepEqual(rig.after(500).alerts, []);
});

Deno.test("passes on at once what parts of the sidecar tell, while they do", () => {
  const rig = new Rig();
  const notices = [finding({ subject: "api", severity: "info" })];
  assert.deepEqual(rig.after(0, { notices }).alerts.map(({ id }) => id), ["sidecar:api"]);
  assert.deepEqual(rig.after(500).alerts, []);
});

Deno.test("takes new limits and paces from the next verdict on", () => {
  const rig = new Rig({ rules: RULES });
  const nearlyFull = exampleFigures({ system: { disk_free_gb: 8 } });
  const ids = (ms: number) => rig.after(ms, { figures: nearlyFull }).alerts.map(({ id }) => id);
  ids(0);
  assert.deepEqual(ids(60_000), []);
  rig.alerts.disk_free_warning = 10;
  rig.alerts.steady_hold = 20;
  ids(0);
  assert.deepEqual(ids(19_999), []);
  assert.deepEqual(ids(1), ["disk_space"]);
  rig.alerts.disk_free_warning = 5;
  rig.alerts.steady_recovery = 1;
  assert.deepEqual(ids(0), ["disk_space"]);
  assert.deepEqual(ids(1000), []);
});

Deno.test("judges nothing where the user wants no alerts, and still tells the sidecar's own", () => {
  const rig = new Rig({ holdMs: 0 });
  rig.findings = [finding({ severity: "error" })];
  assert.deepEqual(rig.ids(0), ["heat"]);
  rig.alerts.enabled = false;
  const { overall, alerts } = rig.after(0, { notices: [finding({ severity: "info" })] });
  assert.deepEqual([overall, alerts.map(({ id }) => id)], ["unknown", ["sidecar"]]);
  assert.deepEqual(rig.after(1000, { figures: AWAY }).alerts, []);
  rig.alerts.enabled = true;
  assert.deepEqual(rig.ids(0), ["heat"]);
});
