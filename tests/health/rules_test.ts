import assert from "node:assert/strict";
import { defaultConfig } from "../../shared/config.ts";
import type { Gpu, Output, Telemetry } from "../../shared/telemetry.ts";
import { DISCONNECTED_OBS, UNKNOWN_NETWORK, UNKNOWN_SYSTEM } from "../../shared/telemetry.ts";
import type { Finding, Judged } from "../../sidecar/health/rule.ts";
import { RULES } from "../../sidecar/health/rules.ts";
import { alertSettings } from "../../sidecar/health/thresholds.ts";
import type { Figures } from "../../sidecar/snapshot/assemble.ts";
import { exampleOutput, exampleTelemetry } from "../api/example_telemetry.ts";
import { exampleFigures, judged, loss } from "./health_fixture.ts";

const { thresholds } = alertSettings(defaultConfig().alerts);

/** What every rule finds, by the rule's id. */
function findings(figures: Judged): Record<string, Finding[]> {
  return Object.fromEntries(
    RULES.map((rule) => [rule.id, rule.find(figures, thresholds)] as const)
      .filter(([, found]) => found.length > 0),
  );
}

/** Severity that one rule gives; null if it finds nothing. Others must find nothing. */
function severityOf(id: string, figures: Judged): string | null {
  const found = findings(figures);
  assert.deepEqual(Object.keys(found).filter((other) => other !== id), []);
  return found[id]?.[0]?.severity ?? null;
}

type Case = [value: number | null, severity: string | null];

function outputTest(id: string, field: keyof Output, cases: Case[]): void {
  Deno.test(`${id}: judges ${field} with these limits: ${JSON.stringify(cases)}`, () => {
    for (const [value, severity] of cases) {
      const figures = exampleFigures({ output: { [field]: value } });
      assert.equal(severityOf(id, figures), severity, `${field} ${value}`);
    }
  });
}

function obsTest(id: string, field: keyof Telemetry["obs"], cases: Case[]): void {
  Deno.test(`${id}: judges ${field} with these limits: ${JSON.stringify(cases)}`, () => {
    for (const [value, severity] of cases) {
      const figures = exampleFigures({ obs: { [field]: value } });
      assert.equal(severityOf(id, figures), severity, `${field} ${value}`);
    }
  });
}

function systemTest(id: string, field: keyof Telemetry["system"], cases: Case[]): void {
  Deno.test(`${id}: judges ${field} with these limits: ${JSON.stringify(cases)}`, () => {
    for (const [value, severity] of cases) {
      const figures = exampleFigures({ system: { [field]: value } });
      assert.equal(severityOf(id, figures), severity, `${field} ${value}`);
    }
  });
}

function withGpu(changes: Partial<Gpu>): Figures {
  const { gpu } = exampleTelemetry().system;
  assert.ok(gpu);
  return exampleFigures({ system: { gpus: [gpu, { ...gpu, ...changes }] } });
}

Deno.test("finds nothing wrong with healthy figures", () => {
  assert.deepEqual(findings(exampleFigures()), {});
});

Deno.test("finds nothing wrong with what is not known", () => {
  const unknownObs = Object.fromEntries(
    Object.keys(DISCONNECTED_OBS).map((name) => [name, null]),
  ) as Telemetry["obs"];
  const unknownOutput = Object.fromEntries(
    Object.keys(exampleOutput()).map((name) => [name, null]),
  ) as unknown as Output;
  for (
    const obs of [
      DISCONNECTED_OBS,
      unknownObs,
      { ...exampleTelemetry().obs, outputs: [{ ...unknownOutput, active: true, uptime_s: 100 }] },
    ]
  ) {
    for (const system of [UNKNOWN_SYSTEM, { ...UNKNOWN_SYSTEM, gpus: null }]) {
      assert.deepEqual(findings({ obs, system, network: UNKNOWN_NETWORK }), {});
    }
  }
});

// OBS's own limits: more than 1 % warns, more than 5 % is bad.
for (
  const [id, field] of [
    ["network_drops", "dropped"],
    ["render_lag", "lagged"],
    ["encoder_skips", "skipped"],
  ] as const
) {
  Deno.test(`${id}: warns above 1 % of the last seconds' frames, and is bad above 5 %`, () => {
    for (
      const [percent, severity] of [
        [1, null],
        [1.1, "warning"],
        [5, "warning"],
        [5.1, "error"],
      ] as const
    ) assert.equal(severityOf(id, judged({ [field]: loss(percent) })), severity, `${percent} %`);
  });

  Deno.test(`${id}: finds nothing in a few frames, whatever their share`, () => {
    assert.equal(severityOf(id, judged({ [field]: loss(50, { frames: 4 }) })), null);
    assert.equal(severityOf(id, judged({ [field]: loss(50, { frames: 5 }) })), "error");
  });

  Deno.test(`${id}: says since when it lasts, and when it was last so`, () => {
    const figures = judged({ [field]: loss(7.25, { beganMsAgo: 9000, seenMsAgo: 1500 }) });
    const [finding] = findings(figures)[id] ?? [];
    assert.deepEqual([finding?.value, finding?.beganMsAgo, finding?.seenMsAgo], [7.25, 9000, 1500]);
    assert.match(finding?.message ?? "", /7\.3 % of .*\{since\}\. /);
  });
}

for (const [id, field] of [["render_lag", "lagged"], ["encoder_skips", "skipped"]] as const) {
  const severity = (changes: Parameters<typeof loss>[1], percent = 50) =>
    severityOf(id, judged({ [field]: loss(percent, changes) }));

  Deno.test(`${id}: takes what is lost within five seconds for a hiccup`, () => {
    assert.equal(severity({ isThroughout: false, seconds: 5 }), null);
    assert.equal(severity({ isThroughout: false, seconds: 6 }), "error");
  });

  Deno.test(`${id}: takes little for one until it goes on through most of the window`, () => {
    assert.equal(severity({ isThroughout: false, seconds: 6 }, 2), null);
    assert.equal(severity({ isThroughout: true, seconds: 3 }, 2), null);
    assert.equal(severity({ isThroughout: true, seconds: 4 }, 2), "warning");
  });

  Deno.test(`${id}: takes what is much only of a part of the window for a hiccup`, () => {
    assert.equal(severity({ windowPercent: 1 }), null);
  });
}

Deno.test("network_drops: goes on between two bursts while the send queue is full", () => {
  const dropped = loss(20, { seenMsAgo: 4000 });
  const seenMsAgo = (congestion: number) =>
    findings(judged({ dropped }, { output: { congestion } }))["network_drops"]?.[0]?.seenMsAgo;
  assert.equal(seenMsAgo(0.2), 4000);
  assert.equal(seenMsAgo(0.6), 0);
});

Deno.test("encoder_skips: says what leaves the encoder no time, where that can be seen", () => {
  const { gpu } = exampleTelemetry().system;
  assert.ok(gpu);
  const idle = { ...gpu, utilization_percent: 50, encoder_utilization_percent: 40 };
  for (
    const [system, remedy] of [
      [{ cpu_usage_percent: 40, gpu: null }, /Choose a faster preset/],
      [{ cpu_usage_percent: 40, gpu: idle }, /Choose a faster preset/],
      [{ cpu_usage_percent: 96, gpu: idle }, /processor is 96 % busy/],
      [
        { cpu_usage_percent: 40, gpu: { ...idle, encoder_utilization_percent: 99 } },
        /encoder is f/,
      ],
      [{ cpu_usage_percent: 40, gpu: { ...idle, utilization_percent: 98 } }, /card is full/],
    ] as const
  ) {
    const [finding] = findings(judged({ skipped: loss(9) }, { system }))["encoder_skips"] ?? [];
    assert.match(finding?.message ?? "", /^Encoder: 9 % /);
    assert.match(finding?.message ?? "", remedy);
  }
});

Deno.test("encoder_skips: leaves it to render_lag where a full card makes frames late", () => {
  const { gpu } = exampleTelemetry().system;
  assert.ok(gpu);
  const full = { ...gpu, utilization_percent: 99, encoder_utilization_percent: 40 };
  const ids = (cpuPercent: number) =>
    Object.keys(findings(judged({ skipped: loss(9), lagged: loss(20) }, {
      system: { cpu_usage_percent: cpuPercent, gpu: full },
    })));
  assert.deepEqual(ids(40), ["render_lag"]);
  assert.deepEqual(ids(95), ["encoder_skips", "render_lag", "cpu_busy"]);
});

// 60 frames a second are wanted: below 95 % warns, below 80 % is bad.
obsTest("low_fps", "active_fps", [
  [60, null],
  [57, null],
  [56.9, "warning"],
  [48, "warning"],
  [47.9, "error"],
  [0, "error"],
]);

// 16.7 ms are there for a frame: more than 75 % warns, more than 100 % is bad.
obsTest("frame_time", "render_time_ms", [
  [12.5, null],
  [12.6, "warning"],
  [16.6, "warning"],
  [16.7, "error"],
]);

systemTest("disk_space", "disk_free_gb", [
  [5, null],
  [4.9, "warning"],
  [0, "warning"],
]);
systemTest("cpu_busy", "cpu_usage_percent", [[90, null], [90.1, "warning"], [100, "warning"]]);
systemTest("memory_full", "memory_used_gb", [[28.7, null], [28.8, "warning"], [31.9, "warning"]]);
outputTest("congestion", "congestion", [[0.5, null], [0.51, "warning"], [1, "warning"]]);

type Bitrates = readonly (readonly [kbps: number, severity: string | null])[];
const FALLEN: Bitrates = [[4500, null], [4499, "warning"], [2400, "warning"], [2399, "error"]];
const STILL_PICTURE: Bitrates = [[3000, null], [500, null], [0, null]];

// 6000 kbit/s are wanted: below 75 % warns, below 40 % is bad, where the network is to blame.
for (
  const [what, network, bitrates] of [
    ["warns and more while the network takes less than it is given", { queuedMsAgo: 0 }, FALLEN],
    ["warns and more for a while after the network took less", { queuedMsAgo: 13_000 }, FALLEN],
    ["takes it for a still picture while the network takes it all", {}, STILL_PICTURE],
  ] as const
) {
  Deno.test(`bitrate_low: ${what}`, () => {
    for (const [kbps, severity] of bitrates) {
      const figures = judged(network, { output: { bitrate_kbps: kbps } });
      assert.equal(severityOf("bitrate_low", figures), severity, `${kbps}`);
    }
  });
}

Deno.test("bitrate_low: only warns, and late, where the output does not tell of the network", () => {
  for (const [kbps, severity] of [[2400, null], [2399, "warning"], [0, "warning"]] as const) {
    const figures = judged({}, {
      output: { bitrate_kbps: kbps, congestion: null, recent_drop_percentage: null },
    });
    assert.equal(severityOf("bitrate_low", figures), severity);
  }
  const hangs = judged({}, { output: { bitrate_kbps: 0, fps: 0, congestion: null } });
  assert.equal(findings(hangs)["bitrate_low"], undefined, "no frame leaves OBS either");
});

Deno.test("bitrate_low: finds nothing while a stream delay fills, before a frame was sent", () => {
  for (const frames of [0, null]) {
    const figures = judged({ queuedMsAgo: 0 }, {
      output: { bitrate_kbps: 0, total_frames: frames, congestion: 1 },
    });
    assert.equal(findings(figures)["bitrate_low"], undefined);
  }
});

Deno.test("low_fps, frame_time: find nothing while nothing is active: the target may be old", () => {
  const slow = { active_fps: 30, render_time_ms: 20 };
  assert.deepEqual(Object.keys(findings(exampleFigures({ obs: slow }))), ["low_fps", "frame_time"]);
  for (const obs of [{ ...slow, outputs: [] }, { ...slow, outputs: null }]) {
    assert.deepEqual(findings(exampleFigures({ obs })), {});
  }
  assert.deepEqual(findings(exampleFigures({ obs: slow, output: { active: false } })), {});
});

/** The figures of an OBS with one output of that kind and that much room. */
function withDisk(
  kind: Output["kind"],
  system: Partial<Telemetry["system"]>,
  active = true,
): Figures {
  return exampleFigures({ system, output: { kind, active } });
}

Deno.test("disk_space: is bad only while OBS writes to it", () => {
  const full = { disk_free_gb: 0.9, record_minutes_left: null };
  for (const kind of ["record", "replay"] as const) {
    assert.equal(severityOf("disk_space", withDisk(kind, full)), "error");
    assert.equal(severityOf("disk_space", withDisk(kind, full, false)), "warning");
  }
  assert.equal(severityOf("disk_space", withDisk("stream", full)), "warning");
});

Deno.test("disk_space: judges the minutes left too, and tells them", () => {
  for (
    const [minutes, severity] of [[30, null], [29.9, "warning"], [5, "warning"], [
      4.9,
      "error",
    ]] as const
  ) {
    const figures = withDisk("record", { disk_free_gb: 40, record_minutes_left: minutes });
    assert.equal(severityOf("disk_space", figures), severity, `${minutes} min`);
    if (severity === null) continue;
    const [finding] = findings(figures)["disk_space"] ?? [];
    assert.match(finding?.message ?? "", /^Disk: 40 GB left where OBS records, enough for \d/);
  }
});

Deno.test("bitrate_low: judges no output without a target, nor one that reconnects", () => {
  const low = { bitrate_kbps: 10 };
  for (const target of [null, 0]) {
    const figures = judged({ queuedMsAgo: 0 }, { output: { ...low, target_bitrate_kbps: target } });
    assert.equal(severityOf("bitrate_low", figures), null);
  }
  const reconnecting = judged({ queuedMsAgo: 0 }, { output: { ...low, reconnecting: true } });
  assert.equal(severityOf("reconnecting", reconnecting), "error");
});

Deno.test("reconnecting: finds it at once, whatever the output's age", () => {
  const figures = exampleFigures({ output: { reconnecting: true, uptime_s: 1, reconnects: 3 } });
  const [finding] = findings(figures)["reconnecting"] ?? [];
  assert.deepEqual([finding?.severity, finding?.subject, finding?.value], [
    "error",
    "simple_stream",
    3,
  ]);
});

Deno.test("judges an output only while it is active and after its first ten seconds", () => {
  const bad = { congestion: 1, bitrate_kbps: 1 };
  const ids = (output: Partial<Output>) =>
    Object.keys(findings(judged({ dropped: loss(50), queuedMsAgo: 0 }, {
      output: { ...bad, ...output },
    })));
  assert.deepEqual(ids({ uptime_s: 9.9 }), []);
  assert.deepEqual(ids({ active: false }), []);
  assert.deepEqual(ids({}), ["network_drops", "bitrate_low", "congestion"]);
});

Deno.test("gpu_temperature: judges each card by itself", () => {
  for (
    const [celsius, severity] of [[85, null], [86, "warning"], [92, "warning"], [
      93,
      "error",
    ]] as const
  ) {
    const figures = withGpu({ temperature_celsius: celsius });
    assert.equal(severityOf("gpu_temperature", figures), severity);
    if (severity === null) continue;
    const [finding] = findings(figures)["gpu_temperature"] ?? [];
    assert.deepEqual([finding?.subject, finding?.metric], [
      "1",
      "system.gpus.1.temperature_celsius",
    ]);
  }
});

Deno.test("vram_full: warns above 95 % of a card's memory", () => {
  assert.equal(
    severityOf("vram_full", withGpu({ vram_used_mb: 9500, vram_total_mb: 10_000 })),
    null,
  );
  assert.equal(
    severityOf("vram_full", withGpu({ vram_used_mb: 9501, vram_total_mb: 10_000 })),
    "warning",
  );
  assert.equal(severityOf("vram_full", withGpu({ vram_used_mb: 1, vram_total_mb: 0 })), null);
});

Deno.test("says what is wrong, how bad and what to do, and keeps the three faults apart", () => {
  const figures = judged({ dropped: loss(7.25), lagged: loss(12), skipped: loss(3) });
  const messages = Object.values(findings(figures)).flat().map(({ message }) => message);
  assert.deepEqual(messages.map((message) => message.split(":")[0]), ["Network", "Encoder", "GPU"]);
  assert.match(messages[0] ?? "", /Twitch is dropping 7\.3 % of its frames\{since\}\. Lower/);
  assert.match(messages[1] ?? "", /3 % .* skipped\{since\}\. /);
  assert.match(messages[2] ?? "", /12 % .* late\{since\}\. Cap the game's frame rate/);
});

Deno.test("gives each finding the figure that it is about", () => {
  const [finding] = findings(judged({ dropped: loss(7.25) }))["network_drops"] ?? [];
  assert.deepEqual(
    [finding?.subject, finding?.metric, finding?.value],
    ["simple_stream", "obs.outputs.simple_stream.recent_drop_percentage", 7.25],
  );
});

Deno.test("has rules that yield only to rules before them", () => {
  const before = new Set<string>();
  for (const { id, yieldsTo = [] } of RULES) {
    for (const worse of yieldsTo) assert.ok(before.has(worse), `${id} to ${worse}`);
    before.add(id);
  }
});

Deno.test("has rules with an id each, in snake case", () => {
  const ids = RULES.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^[a-z]+(_[a-z]+)*$/);
});
