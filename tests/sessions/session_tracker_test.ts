import assert from "node:assert/strict";
import type { Alert } from "../../shared/alert.ts";
import { TrackerRig } from "./tracker_rig.ts";

Deno.test("a stream is a session with OBS's own counts, within an evening", () => {
  const rig = new TrackerRig();
  rig.run(2);
  assert.equal(rig.ends().length, 0);
  const output = rig.start();
  rig.look();
  assert.deepEqual(rig.log.map(({ kind, session }) => [kind, session.kind]), [
    ["begin", "evening"],
    ["begin", "output"],
  ]);
  rig.run(120);
  output.dropped = 71;
  rig.lagged += 36;
  rig.skipped += 7;
  rig.celsius = 80;
  rig.run(120);
  output.frames += 3;
  output.active = false;
  rig.look();
  const session = rig.last("output");
  assert.equal(session.total_frames, output.frames);
  assert.equal(session.dropped_frames, 71);
  assert.equal(session.render_total_frames, 240 * 60);
  assert.equal(session.render_lagged_frames, 36);
  assert.equal(session.encoder_total_frames, 240 * 60);
  assert.equal(session.encoder_skipped_frames, 7);
  assert.equal(session.duration_s, 240);
  assert.equal(session.end_time! - session.start_time, 240_000);
  assert.equal(session.peak_gpu_temp, 80);
  assert.ok(Math.abs(session.avg_gpu_temp! - 70) < 0.2);
  assert.equal(session.ended, "stopped");
  assert.equal(session.worst_minute?.cause, "network");
  const evening = rig.last("evening");
  assert.equal(evening.total_frames, output.frames);
  assert.equal(evening.ended, "stopped");
  assert.equal(evening.end_time, session.end_time);
  assert.deepEqual(rig.ends(), [["begin", 2, null], ["end", 2, "stopped"]]);
});

Deno.test("the encoder's counters may fall back to zero in the middle", () => {
  const rig = new TrackerRig();
  rig.start();
  rig.run(10);
  rig.encoded = 60;
  rig.skipped = 1;
  rig.look();
  rig.run(10);
  assert.equal(rig.tracker.show(rig.tracker.live[1]!).encoder_total_frames, 19.5 * 60 + 60);
  assert.equal(rig.tracker.show(rig.tracker.live[1]!).encoder_skipped_frames, 1);
});

Deno.test("an evening goes on after a break of 5 minutes, and not after one of 16", () => {
  const rig = new TrackerRig();
  for (const breakS of [300, 960, 0]) {
    const output = rig.start();
    rig.run(60);
    output.active = false;
    rig.run(breakS + 0.5);
  }
  const evenings = rig.log.filter(({ session }) => session.kind === "evening");
  assert.deepEqual(evenings.map(({ kind, session }) => [kind, session.id]), [
    ["begin", 1],
    ["end", 1],
    ["begin", 1],
    ["end", 1],
    ["begin", 4],
    ["end", 4],
  ]);
  const second = evenings[3]!.session;
  assert.equal(second.total_frames, 2 * 60 * 60);
  assert.ok(Math.abs(second.duration_s - 120) <= 1, `on air for ${second.duration_s} s`);
  assert.ok(second.render_total_frames! < 121 * 60);
});

Deno.test("several outputs are sessions of their own, and their evening's figures are the sums", () => {
  const rig = new TrackerRig();
  const twitch = rig.start("simple_stream");
  rig.run(30);
  const youtube = rig.start("aitum_multi_output_yt", { name: "YouTube" });
  rig.run(30);
  twitch.active = false;
  rig.run(30);
  youtube.active = false;
  rig.look();
  const evening = rig.last("evening");
  assert.equal(evening.name, "Twitch, YouTube");
  assert.equal(evening.total_frames, twitch.frames + youtube.frames);
  assert.equal(evening.peak_bitrate_kbps, 12_000);
  assert.equal(evening.duration_s, 89.5);
  assert.equal(evening.ended, "stopped");
  assert.deepEqual(rig.ends().map(([kind, id]) => [kind, id]), [
    ["begin", 2],
    ["begin", 3],
    ["end", 2],
    ["end", 3],
  ]);
});

Deno.test("a session is closed once, as a crash, when OBS goes away without a word", () => {
  const rig = new TrackerRig();
  rig.start();
  rig.run(60);
  const seenMs = rig.wallMs;
  rig.connected = false;
  rig.run(60);
  assert.deepEqual(rig.ends(), [["begin", 2, null], ["end", 2, "obs_crashed"]]);
  assert.equal(rig.last("output").end_time, seenMs);
  assert.equal(rig.last("evening").ended, "obs_crashed");
  rig.connected = true;
  rig.outputs.clear();
  rig.rendered = 0;
  rig.run(5);
  assert.equal(rig.ends().length, 2);
});

Deno.test("another OBS that answers at once ends the session of the one before", () => {
  const rig = new TrackerRig();
  rig.start();
  rig.run(60);
  rig.connected = false;
  rig.run(2);
  rig.connected = true;
  rig.rendered = 30;
  rig.outputs.clear();
  rig.start("simple_stream");
  rig.run(2);
  assert.deepEqual(rig.ends(), [
    ["begin", 2, null],
    ["end", 2, "obs_crashed"],
    ["begin", 3, null],
  ]);
});

Deno.test("OBS that hangs for some seconds and goes on has one session", () => {
  const rig = new TrackerRig();
  rig.start();
  rig.run(60);
  rig.connected = false;
  rig.run(8);
  rig.connected = true;
  rig.run(10);
  assert.deepEqual(rig.ends(), [["begin", 2, null]]);
  const { duration_s: duration } = rig.tracker.show(rig.tracker.live[1]!);
  assert.ok(duration >= 69 && duration <= 70.5, `${duration} s were watched`);
});

Deno.test("a stream that went on while OBS was away for long is one session, counted once", () => {
  const rig = new TrackerRig();
  const output = rig.start();
  rig.run(60);
  output.dropped = 40;
  rig.connected = false;
  rig.run(15);
  assert.equal(rig.last("evening").ended, "obs_crashed");
  rig.connected = true;
  rig.run(60);
  output.active = false;
  rig.look();
  assert.deepEqual(rig.ends().map(([kind, id, ended]) => [kind, id, ended]), [
    ["begin", 2, null],
    ["end", 2, "obs_crashed"],
    ["begin", 2, null],
    ["end", 2, "stopped"],
  ]);
  for (const kind of ["output", "evening"] as const) {
    const { total_frames: total, dropped_frames: dropped, ended, id } = rig.last(kind);
    assert.deepEqual([total, dropped, ended], [135 * 60, 40, "stopped"], kind);
    assert.equal(id, kind === "evening" ? 1 : 2);
  }
});

Deno.test("a stream that a new sidecar found only after a long search is one session", () => {
  const rig = new TrackerRig();
  const output = rig.start();
  rig.run(60);
  rig.restart(5000);
  rig.connected = false;
  rig.run(90);
  rig.connected = true;
  rig.run(60);
  output.active = false;
  rig.look();
  assert.deepEqual(rig.ends().map(([, id]) => id), [2, 2, 2, 2]);
  assert.equal(rig.last("output").total_frames, 215 * 60);
  assert.equal(rig.last("evening").total_frames, 215 * 60);
});

Deno.test("a stream that began while OBS was away is another session", () => {
  const rig = new TrackerRig();
  rig.start();
  rig.run(10);
  rig.connected = false;
  rig.run(300);
  const output = rig.start("simple_stream", { frames: 50 * 60, uptimeS: 50 });
  rig.connected = true;
  rig.run(10);
  output.active = false;
  rig.look();
  assert.deepEqual(rig.ends().map(([, id]) => id), [2, 2, 3, 3]);
  assert.equal(rig.last("output").total_frames, 60 * 60);
  assert.equal(rig.last("evening").total_frames, 70 * 60);
});

Deno.test("OBS that its user closes has stopped its stream", () => {
  const rig = new TrackerRig();
  rig.start();
  rig.run(60);
  rig.connected = false;
  rig.exited = true;
  rig.look();
  assert.deepEqual(rig.ends(), [["begin", 2, null], ["end", 2, "stopped"]]);
});

Deno.test("a stream goes on that could not be seen while OBS's WebSocket server was off", () => {
  const rig = new TrackerRig();
  rig.start();
  rig.run(60);
  rig.connected = false;
  rig.shutOut = true;
  rig.run(300);
  rig.connected = true;
  rig.shutOut = false;
  rig.run(1);
  assert.deepEqual(rig.ends(), [["begin", 2, null]]);
  rig.connected = false;
  rig.shutOut = true;
  rig.run(901);
  assert.deepEqual(rig.ends().at(-1), ["end", 2, "sidecar_stopped"]);
});

Deno.test("sleep in the middle: what was not watched is no part of the duration", () => {
  const rig = new TrackerRig();
  const output = rig.start();
  rig.run(60);
  rig.monotonicMs += 3_600_000;
  rig.wallMs += 3_600_000;
  rig.run(60);
  assert.equal(rig.tracker.show(rig.tracker.live[1]!).duration_s, 119);
  output.active = false;
  rig.look();
  assert.equal(rig.last("output").ended, "stopped");
});

Deno.test("a stream that does not outlive a sleep ended with it", () => {
  for (const countsSleep of [true, false]) {
    const rig = new TrackerRig();
    const output = rig.start();
    rig.run(60);
    const sleptMs = rig.wallMs;
    rig.wallMs += 3_600_000;
    if (countsSleep) rig.monotonicMs += 3_600_000;
    output.reconnecting = true;
    rig.run(40);
    output.active = false;
    rig.look();
    assert.equal(rig.last("output").ended, "machine_slept");
    assert.equal(rig.last("output").end_time, sleptMs);
    assert.equal(rig.last("evening").ended, "machine_slept");
  }
});

for (const jumpMs of [3_600_000, -3_600_000]) {
  Deno.test(`a clock set by ${jumpMs / 3_600_000} h changes no duration and no order`, () => {
    const rig = new TrackerRig();
    const output = rig.start();
    rig.run(60);
    rig.wallMs += jumpMs;
    rig.run(60);
    output.active = false;
    rig.look();
    const session = rig.last("output");
    assert.equal(session.duration_s, 119.5);
    assert.ok(session.start_time <= session.end_time!);
    assert.equal(session.end_time, rig.wallMs);
    assert.equal(session.ended, "stopped");
    rig.start();
    rig.run(1);
    assert.ok(rig.last("output").start_time >= session.end_time!);
  });
}

for (const jumpMs of [12_000, 3_600_000]) {
  const jump = `${jumpMs / 1000} s`;

  Deno.test(`a clock set forward by ${jump} is no sleep where the system tells the two apart`, () => {
    const rig = new TrackerRig({ tellsSleep: true });
    const output = rig.start();
    rig.run(60);
    rig.wallMs += jumpMs;
    rig.run(5);
    output.active = false;
    rig.look();
    const session = rig.last("output");
    assert.equal(session.ended, "stopped");
    assert.equal(session.end_time, rig.wallMs);
    assert.equal(session.end_time - session.start_time, 65_000);
    assert.equal(session.duration_s, 64.5);
  });

  Deno.test(`a clock set forth by ${jump} and back leaves begin and end where they were`, () => {
    const rig = new TrackerRig({ tellsSleep: true });
    const output = rig.start();
    rig.run(0.5);
    const { start_time } = rig.last("output");
    rig.run(60);
    rig.wallMs += jumpMs;
    rig.run(60);
    rig.wallMs -= jumpMs;
    rig.run(60);
    output.active = false;
    rig.look();
    const session = rig.last("output");
    assert.equal(session.start_time, start_time);
    assert.equal(session.end_time, start_time + 180_500);
    assert.equal(rig.last("evening").start_time, start_time);
    assert.deepEqual([session.ended, session.duration_s], ["stopped", 180]);
  });

  Deno.test(`a sleep of ${jump} is one whatever the clocks count`, () => {
    for (const countsSleep of [true, false]) {
      const rig = new TrackerRig({ tellsSleep: true });
      const output = rig.start();
      rig.run(60);
      const sleptMs = rig.wallMs;
      rig.wallMs += jumpMs;
      rig.sinceBootMs += jumpMs;
      if (countsSleep) rig.monotonicMs += jumpMs;
      rig.run(5);
      output.active = false;
      rig.look();
      assert.equal(rig.last("output").ended, "machine_slept");
      assert.equal(rig.last("output").end_time, sleptMs);
    }
  });
}

Deno.test("a sidecar that comes back goes on with the session, over reconnects too", () => {
  const rig = new TrackerRig();
  const output = rig.start();
  rig.run(60);
  output.reconnects = 1;
  output.carried = { total: output.frames, dropped: 0, bytes: output.frames * 12_500 };
  output.frames = 0;
  rig.run(60);
  rig.restart(30_000);
  rig.run(60);
  output.dropped = 5;
  output.active = false;
  rig.look();
  const session = rig.last("output");
  assert.deepEqual(rig.ends(), [["begin", 2, null], ["end", 2, "stopped"]]);
  assert.equal(session.total_frames, 210 * 60);
  assert.equal(session.dropped_frames, 5);
  assert.equal(session.reconnects, 1);
  assert.ok(session.duration_s >= 179 && session.duration_s <= 180, `${session.duration_s} s`);
  assert.equal(session.end_time! - session.start_time, 210_000);
  assert.equal(session.render_total_frames, 210 * 60 - 30);
  const evening = rig.last("evening");
  assert.deepEqual([evening.id, evening.total_frames], [1, 210 * 60]);
});

Deno.test("what a sidecar shows of a stream goes on from what an earlier one showed", () => {
  const rig = new TrackerRig();
  const output = rig.start();
  rig.run(60);
  output.reconnecting = true;
  output.reconnects = 1;
  rig.run(5);
  output.reconnecting = false;
  output.carried = { total: output.frames, dropped: 7, bytes: output.frames * 12_500 };
  output.frames = 0;
  output.uptimeS = 0;
  rig.run(60);
  for (let restart = 0; restart < 3; restart++) {
    const [before] = rig.shown();
    rig.restart(10_000);
    output.uptimeS = 0;
    rig.look();
    const [after] = rig.shown();
    assert.ok(before && after);
    assert.equal(after.total_frames, before.total_frames! + 600);
    assert.equal(after.total_bytes, before.total_bytes! + 600 * 12_500);
    assert.equal(after.dropped_frames, 7);
    assert.equal(after.reconnects, 1);
    assert.equal(after.downtime_s, 5);
    assert.equal(after.uptime_s, 125 + 10 * (restart + 1));
    assert.equal(rig.tracker.handOver(after, rig.rendered), null, "it is told once");
  }
  assert.deepEqual(rig.ends(), [["begin", 2, null]]);
  output.active = false;
  rig.look();
  assert.equal(rig.last("output").total_frames, 150 * 60);
  assert.equal(rig.last("output").dropped_frames, 7);
  assert.equal(rig.last("output").reconnects, 1);
});

Deno.test("a connection lost before a sidecar comes back takes nothing from the totals", () => {
  const rig = new TrackerRig();
  const output = rig.start();
  rig.run(60);
  output.dropped = 9;
  rig.run(1);
  rig.restart(30_000);
  // It tries to connect: OBS has set its drops to zero, and not yet its frames.
  Object.assign(output, { reconnecting: true, reconnects: 1, dropped: 0 });
  rig.look();
  const [after] = rig.shown();
  assert.equal(after?.total_frames, (61 + 30) * 60);
  assert.equal(after?.dropped_frames, 9);
  assert.equal(after?.reconnects, 1);
  rig.run(5);
  assert.deepEqual(rig.ends(), [["begin", 2, null]]);
});

Deno.test("another stream is handed nothing of the one before", () => {
  const rig = new TrackerRig();
  rig.start();
  rig.run(60);
  rig.restart(3_600_000);
  rig.start("simple_stream", { frames: 600, uptimeS: 10 });
  rig.look();
  assert.equal(rig.shown()[0]?.total_frames, 600);
});

Deno.test("a sidecar that comes back to another stream, or none, ends the old session", () => {
  const changes: [string, (rig: TrackerRig) => void, string][] = [
    ["no stream", (rig) => rig.outputs.clear(), "sidecar_stopped"],
    ["OBS started anew", (rig) => {
      rig.rendered = 5;
      rig.outputs.clear();
    }, "sidecar_stopped"],
    ["a stream begun since, behind the old one", (rig) => {
      rig.start("simple_stream", { frames: 600, uptimeS: 10 });
    }, "sidecar_stopped"],
    ["a stream begun since, ahead of the old one", (rig) => {
      rig.start("simple_stream", { frames: 90_000, uptimeS: 1500 });
    }, "sidecar_stopped"],
    ["a stream begun soon after the old one", (rig) => {
      rig.start("simple_stream", { frames: 200_000, uptimeS: 3480 });
    }, "sidecar_stopped"],
  ];
  for (const [what, change, ended] of changes) {
    const rig = new TrackerRig();
    rig.start();
    rig.run(60);
    const seenMs = rig.wallMs;
    rig.restart(3_600_000);
    change(rig);
    rig.run(5);
    const end = rig.log.find(({ kind, session }) => kind === "end" && session.kind === "output");
    assert.equal(end?.session.ended, ended, what);
    assert.equal(end?.session.end_time, seenMs, what);
    const begun = rig.log.filter(({ kind, session }) =>
      kind === "begin" && session.kind === "output"
    );
    assert.equal(begun.length, rig.outputs.size + 1, what);
  }
});

Deno.test("a stream whose encoder skips frames is still the same after an hour", () => {
  const rig = new TrackerRig();
  const output = rig.start();
  const skip = (seconds: number) => {
    rig.skipped += seconds * 3;
    output.frames -= seconds * 3;
    output.uptimeS -= seconds / 20;
  };
  rig.run(60);
  skip(60);
  rig.look();
  rig.restart(3_600_000);
  skip(3600);
  rig.run(5);
  assert.deepEqual(rig.ends(), [["begin", 2, null]]);
});

Deno.test("a sidecar that comes back waits for OBS, and not for ever", () => {
  const rig = new TrackerRig();
  rig.start();
  rig.run(60);
  rig.restart(5000);
  rig.connected = false;
  rig.run(20);
  rig.connected = true;
  rig.run(1);
  assert.deepEqual(rig.ends(), [["begin", 2, null]]);
  rig.restart(5000);
  rig.connected = false;
  rig.run(61);
  assert.deepEqual(rig.ends().at(-1), ["end", 2, "sidecar_stopped"]);
});

Deno.test("a crash that the sidecar did not live to see the end of stays a crash", () => {
  const rig = new TrackerRig();
  rig.start();
  rig.run(60);
  rig.connected = false;
  rig.run(3);
  rig.restart(1000);
  rig.connected = true;
  rig.rendered = 10;
  rig.outputs.clear();
  rig.look();
  assert.deepEqual(rig.ends().at(-1), ["end", 2, "obs_crashed"]);
});

Deno.test("a sidecar that comes to a stream late takes its begin from OBS", () => {
  const rig = new TrackerRig();
  const output = rig.start("simple_stream", { frames: 36_000, uptimeS: 600 });
  rig.look();
  assert.equal(rig.last("output").start_time, rig.wallMs - 600_000);
  rig.run(60);
  output.active = false;
  rig.look();
  assert.equal(rig.last("output").total_frames, 36_000 + 60 * 60);
  assert.equal(rig.last("output").duration_s, 60);
});

Deno.test("bitrates leave out the first 10 s and the time without a connection", () => {
  const rig = new TrackerRig();
  const output = rig.start("simple_stream", { bitrateKbps: 90 });
  rig.run(10);
  output.bitrateKbps = 6000;
  rig.run(94);
  output.bitrateKbps = 2000;
  rig.run(6);
  output.bitrateKbps = 0;
  output.reconnecting = true;
  rig.run(50);
  const session = rig.tracker.show(rig.tracker.live[1]!);
  assert.equal(session.peak_bitrate_kbps, 6000);
  assert.ok(Math.abs(session.avg_bitrate_kbps! - 5760) < 20);
  assert.ok(Math.abs(session.p5_bitrate_kbps! - 2000) < 20, `${session.p5_bitrate_kbps}`);
  assert.equal(session.downtime_s, 50);
});

Deno.test("the worst minute is that of most losses, with their cause", () => {
  const rig = new TrackerRig();
  rig.start();
  rig.run(300);
  const beganMs = rig.wallMs;
  for (let second = 0; second < 60; second++) {
    rig.lagged += 6;
    rig.run(1);
  }
  rig.run(300);
  const { worst_minute: worst } = rig.tracker.show(rig.tracker.live[1]!);
  assert.equal(worst?.cause, "gpu");
  assert.ok(Math.abs(worst!.lost_percentage - 10) < 0.6, `${worst?.lost_percentage} %`);
  assert.ok(Math.abs(worst!.at - beganMs) <= 10_000);
});

Deno.test("alerts count once each, as the worst they were, where they belong", () => {
  const rig = new TrackerRig();
  const alert = (id: string, severity: Alert["severity"], metric: string): Alert => ({
    id,
    severity,
    metric,
    message: "",
    value: null,
    since: null,
  });
  const old = alert("disk_space", "warning", "system.disk_free_gb");
  rig.alerts = [old];
  rig.start("simple_stream");
  rig.start("other");
  rig.run(5);
  rig.alerts = [old, alert("network_drops:other", "warning", "obs.outputs.other.x")];
  rig.run(5);
  rig.alerts = [old, alert("network_drops:other", "error", "obs.outputs.other.x")];
  rig.run(5);
  rig.alerts = [];
  rig.run(5);
  rig.alerts = [alert("cpu_busy", "warning", "system.cpu_usage_percent")];
  rig.run(5);
  assert.deepEqual(
    rig.tracker.live.map((session) => [session.outputId, session.errors, session.warnings]),
    [[null, 1, 1], ["simple_stream", 0, 1], ["other", 1, 1]],
  );
});
