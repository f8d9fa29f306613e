/** `deno task preflight` as it is built, against a simulated OBS and scripted ingest servers. */
import assert from "node:assert/strict";
import * as v from "valibot";
import { type PreflightReport, PreflightReportSchema } from "../../shared/preflight.ts";
import { type SimulatedObs, startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { createOutput } from "../../sidecar/demo/state.ts";
import { takeRunLock } from "../../sidecar/preflight/run_lock.ts";
import { type RtmpServer, startRtmpServer } from "../peers/rtmp_server.ts";
import { until } from "../peers/until.ts";
import { CANARY, type PreflightRig, preflightRig } from "./preflight_rig.ts";

/** An OBS, a server with a test key, and one of a platform that is never published to. */
async function withEvening(
  fn: (tools: {
    rig: PreflightRig;
    obs: SimulatedObs;
    mine: RtmpServer;
    other: RtmpServer;
  }) => Promise<void>,
): Promise<void> {
  await using rig = await preflightRig();
  using mine = startRtmpServer({ acknowledgeEvery: 20_000 }, { keepMedia: false });
  using other = startRtmpServer();
  const obs = await startSimulatedObs();
  try {
    await rig.configure(
      `[obs]\nhost = "127.0.0.1"\nport = ${obs.port}\n` +
        "[platforms.twitch]\nenabled = false\n[platforms.youtube]\nenabled = false\n" +
        `[platforms.mine]\ningest_url = "${mine.url}"\ntest_key = true\nmax_bitrate_kbps = 900\n` +
        `[platforms.kick]\ningest_url = "${other.url}"\n`,
    );
    await rig.setKey("mine", "127.0.0.1");
    await rig.setKey("kick", "127.0.0.1");
    await fn({ rig, obs, mine, other });
  } finally {
    await obs.close();
  }
}

function reportIn(stdout: string): PreflightReport {
  return v.parse(PreflightReportSchema, JSON.parse(stdout));
}

function commandLine(pid: number): string {
  return Deno.build.os === "linux" ? Deno.readTextFileSync(`/proc/${pid}/cmdline`) : "";
}

Deno.test("prints one JSON document, publishes where it may, and shows no key", () =>
  withEvening(async ({ rig, mine, other }) => {
    const started = rig.start(["--json"]);
    const arguments_ = commandLine(started.pid);
    const { code, stdout, stderr } = await started.outcome;
    const report = reportIn(stdout);
    const status = (id: string) => report.checks.find((check) => check.id === id)?.status;
    assert.equal(status("obs.reachable"), "pass");
    assert.equal(status("network.mine"), "pass", stdout);
    assert.equal(status("network.kick"), "pass", stdout);
    assert.ok(mine.commands.includes("publish"));
    assert.deepEqual(new Set(other.commands), new Set(["connect"]));
    assert.equal(report.verdict === "go" ? 0 : 1, code);
    assert.equal(
      report.verdict === "go",
      report.checks.every((check) => check.status !== "fail"),
    );
    const kept = await Deno.readTextFile(`${rig.dataDir}/preflight.json`);
    assert.equal(JSON.parse(kept).runs[0].id, report.id);
    for (const text of [stdout, stderr, kept, arguments_]) assert.ok(!text.includes(CANARY));
  }));

Deno.test("a person reads groups, findings and what to do, without colours in a file", () =>
  withEvening(async ({ rig, obs }) => {
    obs.state.service.settings["bwtest"] = true;
    const { code, stdout } = await rig.run("--platform", "kick");
    assert.equal(code, 1);
    assert.match(stdout, /^OBS$/m);
    assert.match(stdout, /^Network$/m);
    assert.match(stdout, /\[FAIL\] {2}OBS: stream settings\n .*test mode/);
    assert.match(stdout, /→ Settings > Stream > untick/);
    assert.match(stdout, /^NO-GO\. /m);
    assert.ok(!stdout.includes("\x1b"), "no colours and no cursor movements");
    assert.ok(!stdout.includes("Mine: connection"), "only the platform that was asked for");
  }));

Deno.test("ends with 2 for wrong flags, wrong settings, and what it may not do", () =>
  withEvening(async ({ rig, obs, mine }) => {
    const wrong: [string[], RegExp][] = [
      [["--nonsense"], /Unknown option/],
      [["--duration", "3", "--bandwidth"], /--duration must be a whole number from 5 to 120/],
      [["--duration", "15"], /give that too/],
      [["--force"], /give that too/],
      [["--platform", "nobody"], /no \[platforms\.nobody\]/],
      [["--platform", ""], /needs a value/],
    ];
    for (const [args, words] of wrong) {
      const { code, stdout, stderr } = await rig.run(...args);
      assert.deepEqual([code, stdout], [2, ""], args.join(" "));
      assert.match(stderr, words);
    }
    const output = createOutput("aitum_multi_1", { role: "stream" });
    obs.state.outputs.push(output);
    output.active = true;
    const live = await rig.run("--bandwidth", "--force");
    assert.equal(live.code, 2);
    assert.match(live.stderr, /cannot be tested now: OBS streams/);
    await obs.close();
    const away = await rig.run("--bandwidth");
    assert.equal(away.code, 2);
    assert.match(away.stderr, /not known whether it streams\. Start OBS, or give --force/);
    assert.ok(!mine.commands.includes("publish"));
    await rig.configure("[preflight]\nenabled = false\n");
    assert.match((await rig.run()).stderr, /turned off: set \[preflight\] enabled = true/);
    await rig.configure("[preflight]\nconnection_timeout = 0\n");
    const { code, stderr } = await rig.run();
    assert.equal(code, 2);
    assert.match(stderr, /line 2: .*connection_timeout/);
  }));

Deno.test("without OBS it is a no-go, without a platform OBS's own server is checked", () =>
  withEvening(async ({ rig, obs, other }) => {
    await rig.configure(
      `[obs]\nhost = "127.0.0.1"\nport = ${obs.port}\n` +
        ["twitch", "youtube", "kick"].map((name) => `[platforms.${name}]\nenabled = false\n`)
          .join(""),
    );
    obs.state.service = { type: "rtmp_custom", settings: { server: other.url, key: CANARY } };
    const { stdout } = await rig.run("--json");
    const check = reportIn(stdout).checks.find(({ id }) => id === "network.obs");
    assert.equal(check?.status, "pass", stdout);
    assert.deepEqual(new Set(other.commands), new Set(["connect"]));
    assert.ok(!stdout.includes(CANARY));
    await obs.close();
    const away = await rig.run("--json");
    assert.equal(away.code, 1);
    assert.equal(reportIn(away.stdout).checks[0]?.status, "fail");
  }));

Deno.test("measures the bandwidth, names first what it sends, and keeps the result", () =>
  withEvening(async ({ rig, mine, other }) => {
    const { stdout } = await rig.run("--bandwidth", "--duration", "5");
    assert.match(
      stdout,
      /^The bandwidth test publishes black and silence at 1\.2 times your bitrate to mine \(127/,
    );
    const [run] = JSON.parse(await Deno.readTextFile(`${rig.dataDir}/preflight.json`)).runs;
    const { bandwidth, checks } = v.parse(PreflightReportSchema, run);
    assert.deepEqual(bandwidth.map(({ platform, limited_by }) => [platform, limited_by]), [
      ["mine", "pace"],
      ["all", "pace"],
    ]);
    const skipped = checks.find(({ id }) => id === "bandwidth.kick");
    assert.equal(skipped?.status, "skipped");
    assert.match(skipped?.findings[0]?.seen ?? "", /no test mode/);
    assert.ok(mine.received.mediaBytes > 1000);
    assert.deepEqual(new Set(other.commands), new Set(["connect"]));
    assert.ok(!stdout.includes(CANARY));
  }));

Deno.test("an output that becomes active ends the bandwidth test, and Ctrl-C leaves nothing behind", () =>
  withEvening(async ({ rig, obs, mine }) => {
    /** Waits until the bandwidth is being measured: far more than the trial of the key sends. */
    const measuring = (bytes: number) =>
      until(() => mine.received.mediaBytes > bytes, { what: "the test sends", withinMs: 30_000 });
    const first = rig.start(["--bandwidth", "--duration", "60", "--platform", "mine", "--json"]);
    await measuring(300_000);
    const output = createOutput("aitum_multi_1", { role: "stream" });
    obs.state.outputs.push(output);
    output.active = true;
    const { stdout } = await first.outcome;
    const check = reportIn(stdout).checks.find(({ id }) => id === "bandwidth.mine");
    assert.equal(check?.status, "skipped");
    assert.match(check?.findings[0]?.seen ?? "", /The test was stopped: OBS streams/);
    assert.deepEqual(mine.commands.slice(-2), ["FCUnpublish", "deleteStream"]);
    await until(() => mine.openConnections() === 0, { what: "the connection is closed" });

    output.active = false;
    const before = mine.received.mediaBytes;
    const second = rig.start(["--bandwidth", "--duration", "60", "--platform", "mine"]);
    await measuring(before + 300_000);
    second.interrupt();
    const stopped = await second.outcome;
    assert.equal(stopped.code, 2);
    assert.match(stopped.stdout, /^STOPPED: You stopped it\.$/m);
    assert.deepEqual(mine.commands.slice(-2), ["FCUnpublish", "deleteStream"]);
    await until(() => mine.openConnections() === 0, { what: "the connection is closed" });
  }));

Deno.test("two runs at once: the second is told that checks are running already", () =>
  withEvening(async ({ rig }) => {
    {
      using lock = await takeRunLock(`${rig.dataDir}/preflight.json`);
      assert.ok(lock);
      assert.equal(await takeRunLock(`${rig.dataDir}/preflight.json`), null);
      const { code, stdout, stderr } = await rig.run("--json");
      assert.deepEqual([code, stdout], [2, ""]);
      assert.match(stderr, /Checks are running already/);
    }
    using again = await takeRunLock(`${rig.dataDir}/preflight.json`);
    assert.ok(again, "it is given back");
  }));
