/** A session's post-mortem: the right cause, in words that a streamer understands. */
import assert from "node:assert/strict";
import * as v from "valibot";
import { type Cause, type Report, ReportSchema } from "../../shared/report.ts";
import { makeReport } from "../../sidecar/report/make_report.ts";
import { alert, at, during, evening, type EveningDraft, session, utc } from "./evening.ts";

const BAD = ["21:10", "21:14"] as const;
const CROWDED = {
  dropped: during(BAD, 0.1),
  congestion: during(BAD, 0.93),
  bitrateKbps: during(BAD, 3000, 6000),
};

function reportOf(draft: EveningDraft): Report {
  return v.parse(ReportSchema, makeReport(evening(draft), { formatTime: utc }));
}

function only(draft: EveningDraft): Report["findings"][number] {
  const { findings } = reportOf(draft);
  assert.equal(findings.length, 1, JSON.stringify(findings));
  return findings[0] ?? assert.fail();
}

Deno.test("a perfect evening gets a short happy sentence", () => {
  assert.deepEqual(reportOf({}), {
    summary: "A clean stream: 2 h to Twitch without a lost frame.",
    verdict: "good",
    findings: [],
    comparison: [],
    trends: [],
  });
});

Deno.test("drops of one output are told with the queue, what was fine, and a bitrate that fits", () => {
  const outputs = [{
    dropped: during(BAD, 0.042),
    congestion: during(BAD, 0.93),
    bitrateKbps: during(BAD, 6000, 8000),
    targetKbps: 8000,
  }];
  assert.deepEqual(reportOf({ outputs }), {
    summary: "A fair stream: 2 h to Twitch. It was the network, worst at 21:10–21:14; 0.14 % of " +
      "the frames were dropped by the network.",
    verdict: "fair",
    findings: [{
      cause: "network",
      severity: "warning",
      from: at("21:10"),
      to: at("21:14"),
      text: "21:10–21:14: Twitch dropped 4.2 % of its frames while its send queue was full " +
        "(congestion up to 93 %). The GPU and the encoder were fine: it was the network.",
      remedy: "Lower the bitrate to about 4,500 kbit/s, or use a cable in place of Wi-Fi.",
      metrics: [
        "obs.outputs.simple_stream.recent_drop_percentage",
        "obs.outputs.simple_stream.congestion",
        "obs.outputs.simple_stream.bitrate_kbps",
      ],
    }],
    comparison: [],
    trends: [],
  });
});

Deno.test("one of three outputs in trouble is its platform's server, not the line", () => {
  const { text, remedy } = only({ outputs: [{}, CROWDED, {}] });
  assert.equal(
    text,
    "21:10–21:14: Kick dropped 10 % of its frames while its send queue was full (congestion up " +
      "to 93 %). Twitch and YouTube had no trouble: it was Kick's server or the way to it, not " +
      "your own line. The GPU and the encoder were fine.",
  );
  assert.match(remedy, /^Choose another server for Kick in OBS/);
});

Deno.test("all outputs at once are the user's own line, and other uploads are named", () => {
  const { text, remedy } = only({
    outputs: [CROWDED, CROWDED, CROWDED],
    figures: {
      "network.latency_ms": during(BAD, 180, 24),
      "network.upload_speed_mbps": during(BAD, 20, 18),
    },
  });
  assert.equal(
    text,
    "21:10–21:14: Twitch dropped 10 %, Kick 10 % and YouTube 10 % of their frames while their " +
      "send queues were full (congestion up to 93 %). The round trip went up from 24 to 180 ms. " +
      "Something else on this PC was uploading 11 Mbit/s. All 3 outputs had trouble at once: it " +
      "was your own line. The GPU and the encoder were fine.",
  );
  assert.equal(
    remedy,
    "Stop other uploads, like backups and updates, while you stream. Lower the bitrates to about " +
      "6,700 kbit/s together, or use a cable in place of Wi-Fi.",
  );
});

Deno.test("a bitrate is advised only where it helps", () => {
  const line = (kbps: number) => [{
    dropped: during(BAD, 0.5),
    congestion: during(BAD, 1),
    bitrateKbps: during(BAD, kbps, 6000),
  }];
  assert.match(only({ outputs: line(4000) }).remedy, /^Lower the bitrate to about 3,000 kbit\/s/);
  // Next to nothing went through: no bitrate is low enough.
  assert.match(only({ outputs: line(300) }).remedy, /^Use a cable .* restart the router/);
});

Deno.test("Dynamic Bitrate is recognised: a bitrate that falls with a queue, and no drops", () => {
  const finding = only({
    outputs: [{ congestion: during(BAD, 0.35), bitrateKbps: during(BAD, 2500, 6000) }],
  });
  assert.equal(finding.severity, "warning");
  assert.match(
    finding.text,
    /^21:10–21:14: Twitch sent 2,500 kbit\/s in place of 6,000 kbit\/s and dropped nothing: OBS lowered the bitrate \(Dynamic Bitrate\)/,
  );
});

Deno.test("a low bitrate with an empty queue is a still picture, and without one unknown", () => {
  const low = { bitrateKbps: during(BAD, 1000, 6000) };
  const still = only({ outputs: [low] });
  assert.equal(still.severity, "info");
  assert.match(still.text, /a still picture does that/);
  const untold = only({ outputs: [{ ...low, congestion: () => null, dropped: () => null }] });
  assert.equal(untold.severity, "warning");
  assert.match(untold.text, /does not tell OBS of lost frames/);
  assert.equal(reportOf({ outputs: [low] }).verdict, "good");
});

Deno.test("a lost connection is told with how long it was away", () => {
  const gone = during(["21:10", "21:10:40"], 0, 6000);
  const draft = { reconnects: 1, downtimeS: 40 };
  const text = "21:10: Twitch lost its connection and was away for 40 s. The GPU and the encoder " +
    "were fine: it was the network.";
  assert.equal(only({ outputs: [{ ...draft, bitrateKbps: gone }] }).text, text);
  // While OBS reconnects its bitrate may not be known at all.
  const unknown = during(["21:10", "21:10:40"], () => null, 6000);
  assert.equal(only({ outputs: [{ ...draft, bitrateKbps: unknown }] }).text, text);
  const reconnecting = alert({
    id: "reconnecting:simple_stream",
    severity: "error",
    since: at("21:10"),
    resolved_at: at("21:10:40"),
    metric: "obs.outputs.simple_stream.reconnects",
  });
  assert.equal(only({ outputs: [draft], alerts: [reconnecting] }).text, text);
  // When it was is not known, but that it was.
  assert.match(
    only({ outputs: [{ reconnects: 3, downtimeS: 48 }] }).text,
    /^20:00–22:00: Twitch lost its connection 3 times and was away for 48 s\./,
  );
});

Deno.test("late frames are the GPU's, with what it was busy with", () => {
  const lagged = during(BAD, 0.08);
  const busy = only({
    lagged,
    figures: {
      "obs.active_fps": during(BAD, 55, 60),
      "system.gpu.utilization_percent": during(BAD, 99, 70),
    },
  });
  assert.equal(
    busy.text,
    "21:10–21:14: 8 % of the frames were rendered too late. OBS came down to 55 frames a second. " +
      "The GPU was 99 % busy. The network and the encoder were fine: it was the GPU.",
  );
  assert.deepEqual([busy.cause, busy.severity], ["gpu", "error"]);
  const hot = only({
    lagged,
    figures: { "system.gpu.temperature_celsius": during(["20:50", "21:20"], 91, 70) },
  });
  assert.match(hot.text, /at up to 91 °C: from there on it slows down/);
  assert.match(hot.remedy, /^Clean the card's fans/);
  const throttled = only({
    lagged,
    alerts: [{
      id: "gpu_throttling:0",
      since: at("21:10"),
      resolved_at: at("21:15"),
      metric: "system.gpus.0.throttle_reasons",
    }],
  });
  assert.match(throttled.text, /The graphics card was slowed down at up to 65 °C\./);
  const held = only({
    lagged,
    figures: {
      "system.cpu_usage_percent": during(BAD, 99, 40),
      "system.gpu.utilization_percent": during(BAD, 40, 60),
    },
  });
  assert.equal(held.cause, "cpu");
});

/** A figure's last minute, most of which was before a stream of 28 s in which 59 % were lost. */
function mostlyBefore(ms: number): number {
  return 59 * ((ms - at("20:00")) / 1000 + 1) / 60;
}

Deno.test("a short stream's finding tells the same part of the frames as its summary", () => {
  const minutes = 28 / 60;
  const drafts: [EveningDraft, string][] = [
    [
      { lagged: () => 0.59, figures: { "obs.recent_render_lagged_percentage": mostlyBefore } },
      "59 % of the stream's frames were rendered too late",
    ],
    [
      { skipped: () => 0.59, figures: { "obs.recent_encoder_skipped_percentage": mostlyBefore } },
      "The encoder skipped 59 % of the stream's frames",
    ],
    [
      {
        outputs: [{ dropped: () => 0.59 }],
        figures: { "obs.outputs.simple_stream.recent_drop_percentage": mostlyBefore },
      },
      "Twitch dropped 59 % of its frames",
    ],
  ];
  for (const [draft, words] of drafts) {
    const { summary, findings } = reportOf({ minutes, ...draft });
    assert.match(summary, /59 % of the frames were /);
    assert.deepEqual(findings.map(({ text }) => text.includes(words)), [true], findings[0]?.text);
  }
});

Deno.test("a longer stream's finding tells the part of the frames in its own time", () => {
  const lagged = during(["20:01", "20:01:30"], 0.4);
  assert.match(only({ minutes: 4, lagged }).text, /: (39|4\d) % of the frames were rendered/);
});

Deno.test("skipped frames are the encoder's, with what kept it busy", () => {
  const skipped = during(BAD, 0.03);
  const software = only({
    skipped,
    figures: { "system.cpu_usage_percent": during(BAD, 98, 30) },
  });
  assert.deepEqual([software.cause, software.severity], ["encoder", "warning"]);
  assert.match(software.text, /skipped 3 % of the frames\. The processor was 98 % busy\./);
  assert.match(software.remedy, /hardware encoder/);
  const hardware = only({
    skipped,
    figures: { "system.gpu.encoder_utilization_percent": during(BAD, 100, 30) },
  });
  assert.match(hardware.text, /The card's encoder was 100 % busy\./);
});

Deno.test("two faults at once are told apart, and each names the other", () => {
  const { findings } = reportOf({
    outputs: [CROWDED],
    lagged: during(["21:11", "21:13"], 0.06),
  });
  assert.deepEqual(findings.map(({ cause }) => cause), ["network", "gpu"]);
  assert.match(
    findings[0]?.text ?? "",
    /The encoder was fine\. At the same time up to 6 % of a minute's frames were rendered too late\.$/,
  );
});

Deno.test("a disk that fills, a crash, a sleep and time unwatched are told", () => {
  const disk = only({
    figures: {
      "system.disk_free_gb": (ms) => Math.max(0.4, 40 - (ms - at("20:00")) / 7_200_000 * 42),
    },
  });
  assert.deepEqual([disk.cause, disk.severity], ["disk", "error"]);
  assert.match(disk.text, /Only 0\.4 GB were left where OBS records\. It was 40 GB at the begin\./);
  const crash = reportOf({
    session: { ended: "obs_crashed" },
    alerts: [{
      id: "obs_lost",
      severity: "critical",
      metric: "obs.connected",
      message: "OBS has not answered: it crashed or hangs. Restart OBS and the stream.",
      since: at("21:59:58"),
      resolved_at: null,
    }],
  });
  assert.deepEqual(crash.findings.map(({ cause }) => cause), ["obs"]);
  assert.equal(crash.verdict, "bad");
  assert.match(only({ session: { ended: "machine_slept" } }).remedy, /Turn off sleep/);
  const gap = reportOf({ isUnwatched: (ms) => ms >= at("21:00") && ms < at("21:20") });
  assert.match(gap.findings[0]?.text ?? "", /^21:00–21:20: Nobody watched for 20 min/);
  assert.equal(gap.verdict, "good");
  assert.match(gap.summary, /without a lost frame, as far as was watched\.$/);
});

Deno.test("what only an alert knows becomes a finding, once however often it came", () => {
  const silence = (time: string) => ({
    id: "silence:Mic/Aux",
    severity: "error" as const,
    message: "Audio: Mic/Aux has been silent for 45 s. Check whether it is muted.",
    since: at(time),
    resolved_at: at(time) + 60_000,
  });
  const finding = only({ alerts: [silence("21:10"), silence("21:12"), silence("21:14")] });
  assert.deepEqual(finding, {
    cause: "audio",
    severity: "error",
    from: at("21:10"),
    to: at("21:15"),
    text: "21:10–21:15 (3 times): Mic/Aux has been silent for 45 s.",
    remedy: "Check whether it is muted.",
    metrics: [],
  });
  assert.deepEqual(reportOf({ alerts: [{ ...silence("21:10"), fired_at: null }] }).findings, []);
});

Deno.test("an alert of trouble that the figures show is not told twice, but may make it worse", () => {
  const finding = only({
    outputs: [CROWDED],
    alerts: [{
      id: "network_drops:simple_stream",
      metric: "obs.outputs.simple_stream.recent_drop_percentage",
      severity: "critical",
      since: at("21:10:20"),
      resolved_at: at("21:15:10"),
    }],
  });
  assert.equal(finding.severity, "critical");
});

Deno.test("every kind of alert has its cause", () => {
  const causes: [string, Cause][] = [
    ["network_drops:a", "network"],
    ["reconnecting:a", "network"],
    ["audio_silent:Mic", "audio"],
    ["disk_space", "disk"],
    ["recording_stalled:x", "disk"],
    ["vram_full:0", "gpu"],
    ["frame_time", "gpu"],
    ["encoder_skips", "encoder"],
    ["cpu_busy", "cpu"],
    ["memory_full", "memory"],
    ["obs_lost", "obs"],
    ["collector:gpu", "sidecar"],
  ];
  for (const [id, cause] of causes) {
    const found = only({ alerts: [{ id, message: "Something is wrong. Mend it." }] });
    assert.equal(found.cause, cause, id);
    assert.equal(found.remedy, "Mend it.");
  }
});

Deno.test("a session without figures says so and makes none up", () => {
  const unknown = session({
    total_frames: null,
    dropped_frames: null,
    render_total_frames: null,
    render_lagged_frames: null,
    encoder_total_frames: 0,
    encoder_skipped_frames: 0,
    avg_bitrate_kbps: null,
  });
  const report = makeReport({
    session: unknown,
    outputs: [],
    alerts: [],
    series: [],
    earlier: [],
  });
  assert.equal(
    report.summary,
    "Nothing is known of how this stream went (2 h to Twitch): there are no figures of it.",
  );
  assert.deepEqual([report.verdict, report.findings], ["fair", []]);
});

Deno.test("a session whose series are gone still tells its worst minute", () => {
  const worst = { at: at("21:10"), lost_percentage: 7, cause: "encoder" as const };
  const input = evening({ session: { worst_minute: worst } });
  const { findings } = makeReport({ ...input, series: [] }, { formatTime: utc });
  assert.deepEqual(findings.map(({ text, severity }) => [text, severity]), [
    ["21:10–21:11: 7 % of the frames were skipped by the encoder.", "error"],
  ]);
});

Deno.test("a session that goes on is judged so far", () => {
  const { summary, findings } = reportOf({
    outputs: [{ ...CROWDED, dropped: during(["21:58", "22:00"], 0.1) }],
    session: { end_time: null, ended: null },
  });
  assert.match(summary, /2 h to Twitch so far/);
  // The share has not begun to fall: it went on until now.
  const last = findings.at(-1);
  assert.deepEqual([last?.from, last?.to], [at("21:58"), at("22:00")]);
  assert.match(last?.text ?? "", /dropped 10 % of its frames/);
});

Deno.test("names from outside become harmless", () => {
  const { text } = only({ outputs: [{ ...CROWDED, name: "Tw\u202eitch\n\x1b[31mred" }] });
  assert.match(text, /^21:10–21:14: Twitch \[31mred dropped/);
});
