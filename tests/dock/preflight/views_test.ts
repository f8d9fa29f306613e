import assert from "node:assert/strict";
import { defaultPlatform } from "../../../shared/config.ts";
import { bandwidthObstacle, bandwidthRows } from "../../../dock/models/preflight/bandwidth_rows.ts";
import { bandwidthTargets } from "../../../dock/models/preflight/bandwidth_targets.ts";
import {
  countsText,
  groupViews,
  lineOf,
  nameUnder,
  troubledFirst,
  worstOf,
} from "../../../dock/models/preflight/groups.ts";
import {
  preflightVerdict,
  runView,
  type VerdictFacts,
} from "../../../dock/models/preflight/preflight_verdict.ts";
import { exampleOutput } from "../../api/example_telemetry.ts";
import {
  check,
  EXAMPLE_BANDWIDTH,
  exampleReport,
  failedChecks,
  goodChecks,
  runningReport,
  warnedChecks,
} from "../example_preflight.ts";

function verdictOf(changes: Partial<VerdictFacts>) {
  const facts = { report: null, isLoaded: true, isOrphan: false, isAway: false };
  return preflightVerdict({ ...facts, nowMs: Date.now(), ...changes });
}

Deno.test("says go, no-go, and what to do about the worst", () => {
  const go = verdictOf({ report: exampleReport() });
  assert.deepEqual([go.word, go.tone, go.subject], ["GO", "good", null]);
  const warned = verdictOf({ report: exampleReport({ checks: warnedChecks() }) });
  assert.deepEqual([warned.word, warned.tone, warned.subject, warned.sentence], [
    "GO",
    "warning",
    "OBS: encoder",
    "Settings > Output > Streaming > Keyframe Interval: 2 s.",
  ]);
  const report = exampleReport({ verdict: "no-go", checks: failedChecks() });
  const bad = verdictOf({ report });
  assert.deepEqual([bad.word, bad.tone, bad.subject], ["NO-GO", "bad", "OBS: sound"]);
  assert.match(bad.sentence, /^Audio Mixer/);
  assert.equal(worstOf({ checks: goodChecks() }), null);
});

Deno.test("counts while the checks run, and a screen reader hears of it once", () => {
  const report = runningReport();
  const before = verdictOf({ report });
  assert.deepEqual([before.word, before.count, before.sentence], [
    "RUNNING",
    "0 of 12",
    "All fine so far.",
  ]);
  const [first, ...rest] = failedChecks().reverse();
  assert.ok(first);
  const after = verdictOf({
    report: { ...report, checks: [first, ...rest.map((each) => ({ ...each, status: "waiting" }))] },
  } as Partial<VerdictFacts>);
  assert.deepEqual([after.count, after.sentence], ["1 of 13", "1 failed so far."]);
  assert.equal(after.spoken, before.spoken);
});

Deno.test("says why there is no verdict", () => {
  assert.equal(verdictOf({ isLoaded: false }).word, "–");
  assert.equal(verdictOf({}).word, "NOT RUN");
  const stopped = exampleReport({ verdict: null, stopped: "Twitch went live." });
  assert.equal(verdictOf({ report: stopped }).word, "STOPPED");
  assert.equal(verdictOf({ report: stopped }).sentence, "Twitch went live.");
  const report = runningReport();
  assert.match(verdictOf({ report, isAway: true }).sentence, /sidecar is away/);
  const orphan = verdictOf({ report, isOrphan: true });
  assert.deepEqual([orphan.word, orphan.sentence], [
    "STOPPED",
    "The sidecar ended before the checks did.",
  ]);
});

Deno.test("takes no verdict of another evening for one of this", () => {
  const report = exampleReport();
  const nowMs = (report.finished_at ?? 0) + 13 * 3_600_000;
  const old = verdictOf({ report, nowMs });
  assert.deepEqual([old.word, old.tone], ["WAS GO", "idle"]);
  assert.match(old.when, /^Checked \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  assert.match(old.sentence, /Run the checks again/);
});

Deno.test("groups checks, those of the network by platform, troubled ones first", () => {
  const groups = groupViews({ checks: failedChecks() });
  assert.deepEqual(groups.map(({ title }) => title), [
    "OBS",
    "Network: YouTube",
    "Network: Twitch",
    "Machine",
    "Metrics",
  ]);
  assert.deepEqual(troubledFirst(groups).map(({ title }) => title), [
    "OBS",
    "Network: Twitch",
    "Machine",
    "Network: YouTube",
    "Metrics",
  ]);
  assert.equal(countsText(failedChecks()), "2 failed, 2 warnings, 8 fine, 1 skipped");
  assert.equal(countsText([check("obs.audio", "OBS: sound")]), "1 not ended");
  assert.equal(nameUnder("Network: Twitch", "Twitch: connection"), "Connection");
  assert.equal(nameUnder("Machine", "Clock"), "Clock");
});

Deno.test("a row says what its check does, then the worst that it saw", () => {
  const waiting = check("obs.encoder", "OBS: encoder");
  assert.equal(lineOf(waiting), "");
  assert.equal(lineOf({ ...waiting, status: "running", progress: "8 s left" }), "8 s left");
  const [, , , encoder] = warnedChecks();
  assert.ok(encoder);
  assert.match(lineOf(encoder), /^The keyframe interval/);
});

Deno.test("a rate that the pace held is a lower bound", () => {
  assert.deepEqual(bandwidthRows(EXAMPLE_BANDWIDTH).map((row) => [row.title, row.isAtLeast]), [
    ["Twitch", true],
    ["my-own-restreaming-server", false],
    ["All at once", false],
  ]);
  const [full, limited] = bandwidthRows(EXAMPLE_BANDWIDTH);
  assert.deepEqual([full?.sustained, full?.recommended], ["7,240", "–"]);
  assert.equal(limited?.recommended, "9,309");
});

Deno.test("lists an earlier run with how it ended", () => {
  const stopped = exampleReport({ verdict: null, stopped: "You stopped them." });
  assert.equal(runView(stopped, Date.now()).word, "STOPPED");
  const failed = exampleReport({ verdict: "no-go", checks: failedChecks() });
  assert.deepEqual([runView(failed, Date.now()).word, runView(failed, Date.now()).tone], [
    "NO-GO",
    "bad",
  ]);
});

Deno.test("tests no bandwidth while something is sent, or nobody knows", () => {
  const obs = { connected: true, streaming: false, outputs: [] };
  assert.equal(bandwidthObstacle(obs), null);
  assert.match(bandwidthObstacle({ ...obs, outputs: [exampleOutput()] }) ?? "", /live/);
  assert.match(bandwidthObstacle({ ...obs, streaming: true }) ?? "", /live/);
  const recording = exampleOutput({ kind: "record" });
  assert.equal(bandwidthObstacle({ ...obs, outputs: [recording] }), null);
  assert.match(bandwidthObstacle({ ...obs, connected: false }) ?? "", /Needs OBS/);
});

Deno.test("says what a bandwidth test sends to which platform", () => {
  const set = { stream_key: { set: true } };
  const targets = bandwidthTargets({
    twitch: { ...defaultPlatform("twitch"), ...set },
    youtube: { ...defaultPlatform("youtube"), ...set },
    mine: { ...defaultPlatform("youtube"), ...set, test_key: true },
    kick: {
      ...defaultPlatform("kick"),
      ...set,
      test_key: true,
      ingest_url: "rtmps://fa723fc1b171.global-contribute.live-video.net:443/app",
    },
    odd: { ...defaultPlatform("odd"), ...set, ingest_url: "rtmp://twitch.tv.example.com/app" },
    malformed: { ...defaultPlatform("odd"), ...set, ingest_url: "rtmp://[" },
    unset: { ...defaultPlatform("twitch"), stream_key: { set: false } },
    off: { ...defaultPlatform("twitch"), ...set, enabled: false },
  });
  assert.deepEqual(targets.map(({ name, isSent }) => [name, isSent]), [
    ["twitch", true],
    ["youtube", false],
    ["mine", true],
    ["kick", false],
    ["odd", false],
    ["malformed", false],
  ]);
});
