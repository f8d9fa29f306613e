import assert from "node:assert/strict";
import * as fc from "fast-check";
import { counterpartTest, LUAJIT } from "../counterparts.ts";
import { luaLiteral, runLua } from "./luajit.ts";

const OPTIONS = {
  warn: 0.1,
  bad: 1,
  show: { header: true, faults: true, outputs: true, system: true, gpu: true, alerts: true },
};

const STREAM = {
  name: "Twitch",
  kind: "stream",
  active: true,
  reconnecting: false,
  bitrate: 5980,
  target: 6000,
  drops: 0,
  congestion: 0,
  uptime: 5025.4,
};

const RECORD = { name: "Recording", kind: "record", active: true, bitrate: 12_100, uptime: 602 };

const HEALTHY = {
  connected: true,
  streaming: true,
  recording: true,
  overall: "healthy",
  outputs: [STREAM, RECORD],
  alerts: [] as { severity: string; message: string }[],
  network_drops: 0,
  render_lags: 0.01,
  encoder_skips: 0,
  fps: 60,
  target_fps: 60,
  cpu: 34.2,
  memory_used: 18.23,
  memory_total: 31.9,
  disk_free: 412.7,
  record_minutes_left: 272,
  upload: 14.32,
  latency: 23.4,
  gpu: { load: 67, encoder: 41, temperature: 71, vram_used: 6246, vram_total: 12_288 },
};

async function view(snapshot: unknown, options: unknown = OPTIONS): Promise<[string, string]> {
  return await runLua(`
    local snapshot, options, lines = ${luaLiteral(snapshot)}, ${luaLiteral(options)}, {}
    for _, section in ipairs(pure.SECTIONS) do
      pure.add_section(section, lines, snapshot, options)
    end
    return { pure.snapshot_view(snapshot, lines) }`) as [string, string];
}

async function lines(snapshot: unknown, options?: unknown): Promise<string[]> {
  return (await view(snapshot, options))[0].split("\n");
}

counterpartTest("a healthy evening reads in seven aligned lines", [LUAJIT], async () => {
  const [text, level] = await view(HEALTHY);
  assert.equal(
    text,
    [
      "LIVE 1:23:45   REC 0:10:02   HEALTHY",
      "Network ok        GPU ok        Encoder ok",
      "Twitch            5.98 of 6.00 Mb/s  drops 0%",
      "Recording         12.1 Mb/s          4 h 32 min left",
      "FPS 60/60         CPU 34%       RAM 18.2/31.9 GB",
      "Upload 14.3 Mb/s  Ping 23 ms    Disk 413 GB free",
      "GPU 67%  71 °C    Enc 41%       VRAM 6.1/12 GB",
    ].join("\n"),
  );
  assert.equal(level, "healthy");
});

counterpartTest("faults are told apart, with marks by the thresholds", [LUAJIT], async () => {
  const snapshot = { ...HEALTHY, network_drops: 0.1, render_lags: 1, encoder_skips: 0.099 };
  const [, faults] = await lines(snapshot);
  assert.equal(faults, "Network drops 0.10% !  GPU lags 1.0% !!  Encoder ok");
  const lenient = await lines(snapshot, { ...OPTIONS, warn: 0.5, bad: 5 });
  assert.equal(lenient[1], "Network ok        GPU lags 1.0% !  Encoder ok");
});

counterpartTest("an output in trouble says what is wrong with it", [LUAJIT], async () => {
  const outputs = [
    { ...STREAM, drops: 2.31, congestion: 0.86, bitrate: 4310 },
    { ...STREAM, name: "Kick", reconnecting: true, reconnects: 1 },
    { ...STREAM, name: "Trovo", reconnecting: true, reconnects: 3 },
    { ...STREAM, name: "SRT", drops: null, congestion: null, target: null },
    { ...STREAM, name: "Was live", active: false },
    { name: "Virtual camera", kind: "virtualcam", active: true },
  ];
  assert.deepEqual((await lines({ ...HEALTHY, outputs })).slice(2, 8), [
    "Twitch            4.31 of 6.00 Mb/s  drops 2.3% !!  queue 86%",
    "Kick              RECONNECTING, lost 1 time",
    "Trovo             RECONNECTING, lost 3 times",
    "SRT               5.98 Mb/s          drops -",
    "Was live          stopped",
    "Virtual camera    on",
  ]);
});

counterpartTest("unknown figures read as a dash, never as zero", [LUAJIT], async () => {
  const nothing = {
    connected: true,
    outputs: [{ active: true, kind: "stream" }],
    alerts: [],
    gpu: {},
  };
  const [text, level] = await view(nothing);
  assert.equal(
    text,
    [
      "OFFLINE   HEALTH UNKNOWN",
      "Network -         GPU -         Encoder -",
      "-                 - Mb/s             drops -",
      "FPS -/-           CPU -         RAM -/- GB",
      "Upload - Mb/s     Ping -        Disk -",
      "GPU -             Enc -         VRAM -/- GB",
    ].join("\n"),
  );
  assert.equal(level, undefined);
});

counterpartTest("only the sections asked for are shown", [LUAJIT], async () => {
  const show = {
    header: false,
    faults: true,
    outputs: false,
    system: false,
    gpu: false,
    alerts: true,
  };
  assert.deepEqual(await lines(HEALTHY, { ...OPTIONS, show }), [
    "Network ok        GPU ok        Encoder ok",
  ]);
});

counterpartTest("a machine without a graphics card has no line for one", [LUAJIT], async () => {
  const shown = await lines({ ...HEALTHY, gpu: null });
  assert.ok(!shown.some((line) => line.includes("VRAM")));
  assert.equal(shown.length, 6);
});

counterpartTest("a ninth output is counted, not shown", [LUAJIT], async () => {
  const outputs = Array.from({ length: 11 }, (_, index) => ({ ...STREAM, name: `P${index}` }));
  const shown = (await lines({ ...HEALTHY, outputs })).slice(2, 11);
  assert.match(shown[7] ?? "", /^P7 /);
  assert.equal(shown[8], "and 3 more");
});

counterpartTest(
  "the three worst alerts come first, wrapped under their marks",
  [LUAJIT],
  async () => {
    const alerts = [
      { severity: "info", message: "A" },
      { severity: "warning", message: "B" },
      { severity: "critical", message: "word ".repeat(60).trim() },
      { severity: "warning", message: "C" },
      { severity: "error", message: "D" },
    ];
    const shown = (await lines({ ...HEALTHY, alerts })).slice(7);
    assert.equal(shown[0], `!! ${"word ".repeat(10).trim()}`);
    assert.equal(shown[1], `   ${"word ".repeat(10).trim()}`);
    assert.match(shown[2] ?? "", /^ {3}word.*\.\.$/);
    assert.deepEqual(shown.slice(3), ["!! D", "!  B", "   and 2 more"]);
  },
);

counterpartTest(
  "low disk space and a low frame rate are marked as OBS does",
  [LUAJIT],
  async () => {
    const warning = await lines({ ...HEALTHY, fps: 56.9, disk_free: 4.9 });
    assert.match(warning[4] ?? "", /^FPS 56\.9\/60 ! /);
    assert.match(warning[5] ?? "", /Disk 5 GB free !$/);
    const bad = await lines({ ...HEALTHY, fps: 47, disk_free: 0.9 });
    assert.match(bad[4] ?? "", /^FPS 47\/60 !! /);
    assert.match(bad[5] ?? "", /Disk 1 GB free !!$/);
  },
);

counterpartTest("without OBS the collector's own advice is shown, else what to enable and where", [
  LUAJIT,
], async () => {
  const unreachable = { connected: false, outputs: [], alerts: [], overall: "unknown" };
  assert.deepEqual(await view(unreachable), [
    "OBS NOT CONNECTED\nThe bridge runs but cannot reach OBS. Enable the\nserver in Tools > WebSocket Server Settings.",
    "off",
  ]);
  const [text] = await view({ ...unreachable, obs_error: "OBS refuses the password." });
  assert.equal(text, "OBS NOT CONNECTED\nOBS refuses the password.");
});

counterpartTest("text from outside becomes one visible line", [LUAJIT], async () => {
  const cleaned = await runLua(`
    local out = {}
    for _, raw in ipairs(${
    luaLiteral([
      "a\u0000b\r\n\tc\u007f",
      "  padded   out  ",
      "\u202Eevil\u202C \u2066x\u2069\u200B\u200F\u061C\uFEFF",
      "next\u0085line\u2028para",
      "Größe 日本",
    ])
  }) do out[#out + 1] = pure.clean(raw) end
    return out`);
  assert.deepEqual(cleaned, ["a b c", "padded out", "evil x", "nextlinepara", "Größe 日本"]);
});

counterpartTest("long names are cut between characters", [LUAJIT], async () => {
  const cut = await runLua(`return { pure.cut("ÄÄÄÄÄÄ", 6), pure.cut("ÄÄÄÄÄÄÄ", 6) }`);
  assert.deepEqual(cut, ["ÄÄÄÄÄÄ", "ÄÄÄÄ.."]);
});

counterpartTest("any mixture of known and unknown figures can be shown", [LUAJIT], async () => {
  const number = fc.option(fc.double({ min: 0, max: 1e7, noNaN: true }), { nil: null });
  const flag = fc.option(fc.boolean(), { nil: null });
  const text = fc.option(fc.string({ unit: "grapheme", maxLength: 60 }), { nil: null });
  const output = fc.record({
    name: text,
    kind: fc.constantFrom("stream", "record", "replay", "virtualcam", "other", ""),
    active: flag,
    reconnecting: flag,
    reconnects: number,
    bitrate: number,
    target: number,
    drops: number,
    congestion: number,
    uptime: number,
  });
  const gpu = fc.record({
    load: number,
    encoder: number,
    temperature: number,
    vram_used: number,
    vram_total: number,
  });
  const snapshot = fc.record({
    connected: flag,
    streaming: flag,
    recording: flag,
    overall: text,
    outputs: fc.array(output, { maxLength: 12 }),
    alerts: fc.array(fc.record({ severity: text, message: text }), { maxLength: 6 }),
    obs_error: text,
    network_drops: number,
    render_lags: number,
    encoder_skips: number,
    fps: number,
    target_fps: number,
    cpu: number,
    memory_used: number,
    memory_total: number,
    disk_free: number,
    record_minutes_left: number,
    upload: number,
    latency: number,
    gpu: fc.option(gpu, { nil: null }),
  });
  const samples = fc.sample(snapshot, { numRuns: 300, seed: 20_261_122 });
  const texts = await runLua(`
    local options, texts = ${luaLiteral(OPTIONS)}, {}
    for index, snapshot in ipairs(${luaLiteral(samples)}) do
      for _, output in ipairs(snapshot.outputs) do
        output.name = output.name and pure.clean(output.name)
      end
      for _, alert in ipairs(snapshot.alerts) do
        alert.message = alert.message and pure.clean(alert.message)
      end
      snapshot.obs_error = snapshot.obs_error and pure.clean(snapshot.obs_error)
      local lines = {}
      for _, section in ipairs(pure.SECTIONS) do
        pure.add_section(section, lines, snapshot, options)
      end
      texts[index] = pure.snapshot_view(snapshot, lines)
    end
    return texts`) as string[];
  assert.equal(texts.length, samples.length);
  for (const shown of texts) {
    assert.ok(shown.split("\n").length <= 24, shown);
    assert.doesNotMatch(shown, /nan|inf|nil/);
  }
});
