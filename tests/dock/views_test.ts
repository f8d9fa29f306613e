import assert from "node:assert/strict";
import type { Alert } from "../../shared/alert.ts";
import type { Output, Telemetry } from "../../shared/telemetry.ts";
import type { LinkState } from "../../dock/models/link.ts";
import { alertViews, problemViews } from "../../dock/models/alerts.ts";
import { lampViews } from "../../dock/models/lamps.ts";
import { machineView, networkFigures, obsView } from "../../dock/models/machine.ts";
import { noticeView } from "../../dock/models/notice.ts";
import { OUTPUT_COLUMNS, outputViews, recordingView } from "../../dock/models/outputs.ts";
import { verdictView } from "../../dock/models/verdict.ts";
import { nobodyAnswers, refusal } from "../../sidecar/obs/connection_problem.ts";
import { withDuration } from "../../dock/models/with_duration.ts";
import {
  disconnectedTelemetry,
  exampleOutput,
  exampleRecording,
  exampleTelemetry,
} from "../api/example_telemetry.ts";

const LIVE = { kind: "live" } as const;

function withObs(changes: Partial<Telemetry["obs"]>): Telemetry {
  return exampleTelemetry({ obs: { ...exampleTelemetry().obs, ...changes } });
}

function withOutputs(...outputs: Output[]): Telemetry {
  return withObs({ outputs });
}

function withAlerts(...alerts: Partial<Alert>[]): Telemetry {
  const { health } = exampleTelemetry();
  return exampleTelemetry({
    health: {
      ...health,
      overall: "critical",
      alerts: alerts.map((changes) => ({
        id: "rule",
        severity: "error",
        message: "Bad. Do this.",
        metric: null,
        value: null,
        since: null,
        ...changes,
      })),
    },
  });
}

Deno.test("the verdict says LIVE for how long, and that all is fine", () => {
  assert.deepEqual(verdictView(exampleTelemetry(), LIVE), {
    tone: "good",
    activity: "LIVE",
    duration: "1:20:40",
    recording: true,
    verdict: "HEALTHY",
    sentence: "Network, GPU and encoder are fine.",
    spoken: {
      key: "HEALTHY. Network, GPU and encoder are fine.",
      text: "HEALTHY. Network, GPU and encoder are fine.",
    },
    more: 0,
    scene: "Gameplay",
  });
});

Deno.test("the verdict shows the worst alert and how many more there are", () => {
  const view = verdictView(withAlerts({ message: "Worst." }, {}, {}), LIVE);
  assert.equal(view.tone, "bad");
  assert.equal(view.verdict, "CRITICAL");
  assert.equal(view.sentence, "Worst.");
  assert.equal(view.more, 2);
  assert.equal(view.scene, null);
});

Deno.test("the verdict says for how long trouble of one kind lasts, and speaks of it once", () => {
  const since = 1_790_000_000_000;
  const at = (nowMs: number, changes: Partial<Alert>) =>
    verdictView({
      ...withAlerts({
        id: "network_drops:simple_stream",
        message: "Network: Twitch is dropping 4 % of its frames. Lower the bitrate.",
        since,
        ...changes,
      }),
      written_at_ms: nowMs,
    }, LIVE);
  const first = at(since + 20_000, {});
  assert.equal(
    first.sentence,
    "Network: Twitch is dropping 4 % of its frames for 20\u00a0s. Lower the bitrate.",
  );
  const message = "Network: Twitch is dropping 5 % of its frames. Lower the bitrate.";
  const second = at(since + 61_000, { message });
  assert.match(second.sentence, /5 % of its frames for 1\u00a0min\. Lower/);
  assert.equal(second.spoken.key, first.spoken.key);
  assert.doesNotMatch(first.spoken.text, / for 20/);
  assert.notEqual(at(since, { severity: "warning" }).spoken.key, first.spoken.key);
});

Deno.test("a duration stands where a sentence ends, not in a name, and only where it makes sense", () => {
  const since = 1_790_000_000_000;
  const said = (alert: Partial<Alert>, name = "Twitch"): string =>
    withDuration({
      id: "reconnecting:simple_stream",
      severity: "error",
      message: `Network: ${name} is reconnecting. Check the connection.`,
      metric: null,
      value: null,
      since,
      ...alert,
    }, { nowMs: since + 5000, outputs: [exampleOutput({ name })] });
  assert.match(said({}, "St. Pauli TV"), /St\. Pauli TV is reconnecting for 5\u00a0s\. Check/);
  const gone = "OBS went away. Restart it.";
  assert.equal(said({ id: "obs_lost", message: gone }), gone);
  assert.doesNotMatch(said({ since: null }), /for/);
  assert.equal(said({ message: "No end" }), "No end");
});

Deno.test("the verdict tells live, reconnecting, recording and off air apart", () => {
  const activity = (...outputs: Output[]) => {
    const { activity, duration, recording } = verdictView(withOutputs(...outputs), LIVE);
    return [activity, duration, recording];
  };
  const off = exampleOutput({ active: false });
  const lost = exampleOutput({ reconnecting: true, uptime_s: 61 });
  assert.deepEqual(activity(lost), ["RECONNECTING", "0:01:01", false]);
  assert.deepEqual(activity(lost, exampleOutput({ id: "b" })), ["LIVE", "1:20:40", false]);
  assert.deepEqual(activity(off, exampleRecording()), ["RECORDING", "1:19:50", false]);
  const paused = exampleRecording({ paused: true });
  const { obs } = withOutputs(off, paused);
  const halted = exampleTelemetry({ obs: { ...obs, streaming: false } });
  assert.match(verdictView(halted, LIVE).sentence, /^The recording is paused/);
  const another = exampleRecording({ id: "source_record" });
  const partly = withOutputs(off, paused, another).obs;
  const writes = exampleTelemetry({ obs: { ...partly, streaming: false } });
  assert.match(verdictView(writes, LIVE).sentence, /are fine\.$/);
  assert.deepEqual(activity(off, paused, another), ["RECORDING", "1:19:50", false]);
  assert.deepEqual(activity(off, paused), ["RECORDING PAUSED", "1:19:50", false]);
  assert.deepEqual(activity(exampleOutput(), paused), ["LIVE", "1:20:40", false]);
  assert.deepEqual(activity(exampleOutput(), exampleRecording()), ["LIVE", "1:20:40", true]);
  assert.deepEqual(activity(off), ["OFF AIR", null, false]);
  assert.deepEqual(activity(exampleOutput({ uptime_s: null })), ["LIVE", null, false]);
});

Deno.test("the verdict without OBS says so, unless it went away while live", () => {
  const away = disconnectedTelemetry("refused");
  const view = verdictView(away, LIVE);
  assert.deepEqual([view.tone, view.activity, view.verdict], ["idle", "WAITING FOR OBS", "NO OBS"]);
  const lost = { ...away, health: { ...withAlerts({ message: "OBS went away." }).health } };
  assert.equal(verdictView(lost, LIVE).verdict, "CRITICAL");
});

Deno.test("the verdict without OBS tells an OBS that is not there from one that refuses", () => {
  const sentence = (error: string) => verdictView(disconnectedTelemetry(error), LIVE).sentence;
  const endpoint = {
    host: "127.0.0.1",
    port: 4455,
    disabled: false,
    configRoot: null,
    passwords: [],
    isRunning: false,
  };
  assert.match(sentence(nobodyAnswers(endpoint)), /^Start OBS\./);
  const silent = nobodyAnswers({ ...endpoint, isRunning: true });
  assert.match(sentence(silent), /^OBS runs, but its WebSocket server does not answer\./);
  for (const password of [null, { value: "x", source: "vault" }, { value: "x", source: "a.ini" }]) {
    assert.match(sentence(refusal(password, endpoint)), /^OBS runs, but/);
  }
});

Deno.test("the verdict never calls old figures healthy", () => {
  const links: LinkState[] = [
    { kind: "connecting" },
    { kind: "stale" },
    { kind: "down" },
    { kind: "outdated", build: "newer" },
  ];
  const verdicts = links.map((link) => {
    const view = verdictView(exampleTelemetry(), link);
    assert.equal(view.tone, "idle");
    assert.deepEqual([view.scene, view.duration, view.recording], [null, null, false]);
    assert.match(view.activity, /^LAST SEEN \d\d:\d\d:\d\d$/);
    return view.verdict;
  });
  assert.deepEqual(verdicts, ["STALE", "STALE", "NO SIDECAR", "RELOAD"]);
  const down = verdictView(exampleTelemetry(), { kind: "down" });
  assert.match(down.sentence, /^OBS Telemetry Bridge is not running\. .*comes back by itself/);
  const refused = { kind: "refused", status: 429, detail: "Close one." } as const;
  assert.equal(verdictView(exampleTelemetry(), refused).sentence, "Close one.");
});

Deno.test("the lamps keep network, GPU and encoder apart", () => {
  const telemetry = withObs({
    recent_drop_percentage: 5.1,
    recent_render_lagged_percentage: 1.1,
    recent_encoder_skipped_percentage: null,
  });
  assert.deepEqual(
    lampViews(telemetry).map(({ label, value, tone }) => [label, value, tone]),
    [
      ["Network", "5.1\u00a0%", "good"],
      ["GPU", "1.1\u00a0%", "good"],
      ["Encoder", "–", "idle"],
    ],
    "colours come from the sidecar's alerts alone",
  );
  assert.deepEqual(
    lampViews(telemetry).map(({ caption }) => caption),
    ["dropped", "lagged", "skipped"],
    "without an alert a minute's figure may be what was lost then, or what is being lost now",
  );
});

Deno.test("an alert lights the lamp of its figure and no other", () => {
  const tones = (metric: string) => lampViews(withAlerts({ metric })).map(({ tone }) => tone);
  for (const figure of ["recent_drop_percentage", "reconnects", "congestion", "bitrate_kbps"]) {
    const metric = `obs.outputs.multi.part.${figure}`;
    assert.deepEqual(tones(metric), ["bad", "good", "good"], metric);
  }
  for (const metric of ["obs.active_fps", "obs.render_time_ms", "system.gpus.0.vram_used_mb"]) {
    assert.deepEqual(tones(metric), ["good", "bad", "good"], metric);
  }
  assert.deepEqual(tones("obs.recent_encoder_skipped_percentage"), ["good", "good", "bad"]);
  assert.deepEqual(tones("system.disk_free_gb"), ["good", "good", "good"]);
});

Deno.test("an output's row tells bitrate, drops, congestion, uptime and reconnects", () => {
  const [row] = outputViews(withOutputs(exampleOutput({ reconnects: 2, congestion: 0.81 })));
  assert.ok(row);
  assert.deepEqual(
    [row.state, row.uptime, row.targetKbps, row.tone],
    ["LIVE", "1:20:40", 6000, "good"],
  );
  assert.deepEqual(row.figures.map(({ value, tone }) => [value, tone]), [
    ["6.0 / 6.0", "idle"],
    ["0.0\u00a0%", "good"],
    ["81\u00a0%", "idle"],
    ["2", "warning"],
  ]);
  assert.deepEqual(row.figures.map(({ label }) => label), OUTPUT_COLUMNS.map(({ long }) => long));
});

Deno.test("an output that reports neither drops nor congestion shows dashes", () => {
  const [row] = outputViews(withOutputs(exampleOutput({
    recent_drop_percentage: null,
    congestion: null,
    bitrate_kbps: null,
    target_bitrate_kbps: null,
    reconnects: null,
    uptime_s: null,
  })));
  assert.deepEqual(row?.figures.map(({ value }) => value), ["–", "–", "–", "–"]);
  assert.deepEqual([row?.targetKbps, row?.uptime], [null, "–"]);
});

Deno.test("an output that reconnects or is off is no green one", () => {
  const rows = outputViews(withOutputs(
    exampleOutput({ reconnecting: true }),
    exampleOutput({ id: "b", active: false, recent_drop_percentage: 40 }),
    exampleOutput({ id: "c", active: null }),
  ));
  assert.deepEqual(
    rows.map(({ state, tone, uptime }) => [state, tone, uptime]),
    [["LOST", "bad", "1:20:40"], ["OFF", "idle", ""], ["–", "idle", ""]],
  );
});

Deno.test("an alert colours its own output only, whatever the outputs are called", () => {
  const telemetry = {
    ...withAlerts({ metric: "obs.outputs.a.b.bitrate_kbps", severity: "warning" }),
    obs: withOutputs(exampleOutput({ id: "a" }), exampleOutput({ id: "a.b" })).obs,
  };
  assert.deepEqual(outputViews(telemetry).map(({ figures }) => figures[0]?.tone), [
    "idle",
    "warning",
  ]);
});

Deno.test("recordings stand apart, with the time left", () => {
  const telemetry = withOutputs(
    exampleOutput(),
    exampleRecording(),
    exampleOutput({ id: "replay", name: "Replay", kind: "replay" }),
    exampleOutput({ id: "cam", name: "Camera", kind: "virtualcam", active: false }),
  );
  assert.deepEqual(outputViews(telemetry).map(({ id }) => id), ["simple_stream"]);
  const view = recordingView(telemetry);
  assert.deepEqual(
    view.outputs.map(({ name, state, bitrate }) => [name, state, bitrate]),
    [["Recording", "REC", "18.2\u00a0Mb/s"], ["Replay", "ON", ""], ["Camera", "OFF", ""]],
  );
  assert.equal(view.timeLeft.value, "50\u00a0h 50\u00a0min");
  const [paused] = recordingView(withOutputs(exampleRecording({ paused: true }))).outputs;
  assert.deepEqual([paused?.state, paused?.tone], ["PAUSED", "warning"]);
});

Deno.test("the machine's figures have their alerts' colours, each card its own", () => {
  const { system } = exampleTelemetry();
  const [first] = system.gpus ?? [];
  assert.ok(first);
  const second = { ...first, temperature_celsius: 93 };
  const telemetry = {
    ...withAlerts({ metric: "system.gpus.1.temperature_celsius" }),
    system: { ...system, gpu: second, gpus: [first, second] },
  };
  const toneOfTemp = (each: Telemetry) =>
    machineView(each).gpuMeters.find(({ label }) => label === "GPU heat")?.tone;
  assert.equal(toneOfTemp(telemetry), "bad");
  assert.equal(toneOfTemp({ ...telemetry, system: { ...telemetry.system, gpu: first } }), "idle");
});

Deno.test("no graphics card and unknown figures are no zeros", () => {
  const view = machineView(disconnectedTelemetry("away"));
  assert.deepEqual([view.gpuName, view.gpuMeters], [null, []]);
  const { system } = exampleTelemetry();
  const unknown = machineView(
    exampleTelemetry({ system: { ...system, cpu_usage_percent: null, memory_total_gb: null } }),
  );
  assert.deepEqual(
    unknown.meters.map(({ value, fill }) => [value, fill]),
    [["–", null], ["17.2\u00a0GB", null]],
  );
  const away = disconnectedTelemetry("away");
  assert.equal(networkFigures(away).at(-1)?.value, "–");
  assert.deepEqual(obsView(away).figures.map(({ value }) => value), ["–", "–", "–", "–"]);
});

Deno.test("says where OBS runs on another machine", () => {
  assert.equal(machineView(withObs({ local: false })).note, "OBS runs on another machine.");
  assert.equal(machineView(withObs({ local: true })).note, null);
});

Deno.test("lists alerts as they stand, and collectors that fail with their reason", () => {
  const since = new Date(2026, 0, 1, 21, 14, 5).getTime();
  const telemetry = withAlerts({ since, severity: "warning" }, { severity: "info" });
  const [ended] = telemetry.health.alerts;
  assert.ok(ended);
  ended.message = "Network: it drops frames since 21:14:05. Check Wi-Fi.";
  const now = { ...telemetry, written_at_ms: since + 40_500 };
  const [view, other, over] = alertViews(now, [{ alert: ended, endedAt: since + 5000 }]);
  assert.deepEqual([view?.tone, view?.since], ["warning", "21:14:05, for 40\u00a0s"]);
  assert.equal(
    view?.message,
    "Network: it drops frames. Check Wi-Fi.",
    "the time stands beside it",
  );
  assert.deepEqual([other?.tone, other?.since], ["idle", ""]);
  assert.deepEqual(
    [over?.tone, over?.isOver, over?.severity, over?.since],
    ["idle", true, "warning, over", "21:14:05, for 5\u00a0s"],
  );
  assert.deepEqual(problemViews(disconnectedTelemetry("Start OBS.")), [
    { name: "obs", label: "OBS", error: "Start OBS." },
  ]);
});

Deno.test("a page without figures says what to do", () => {
  const connecting = { kind: "connecting" } as const;
  assert.match(
    noticeView(connecting, false).steps.join(" "),
    /deno task dock .*--data-dir .*Custom Browser/,
  );
  assert.equal(noticeView({ kind: "down" }, true).title, "OBS Telemetry Bridge is not running");
  const old = noticeView({ kind: "refused", status: 401, detail: "x" }, true);
  assert.match(old.title, /token has changed/);
  assert.match(old.steps.join(" "), /deno task dock/);
  assert.equal(noticeView({ kind: "refused", status: 429, detail: "Full." }, true).text, "Full.");
  assert.equal(noticeView({ kind: "stale" }, true).canRetry, true);
});
