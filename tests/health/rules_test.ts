import assert from "node:assert/strict";
import { defaultConfig } from "../../shared/config.ts";
import type { Gpu, Output, Telemetry } from "../../shared/telemetry.ts";
import { DISCONNECTED_OBS, UNKNOWN_NETWORK, UNKNOWN_SYSTEM } from "../../shared/telemetry.ts";
import type { Figures } from "../../sidecar/assemble.ts";
import type { Finding } from "../../sidecar/health/rule.ts";
import { RULES } from "../../sidecar/health/rules.ts";
import { alertSettings } from "../../sidecar/health/thresholds.ts";
import { exampleOutput, exampleTelemetry } from "../api/example_telemetry.ts";
import { exampleFigures } from "./health_fixture.ts";

const { thresholds } = alertSettings(defaultConfig().alerts);

/** What every rule finds, by the rule's id. */
function findings(figures: Figures): Record<string, Finding[]> {
  return Object.fromEntries(
    RULES.map((rule) => [rule.id, rule.find(figures, thresholds)] as const)
      .filter(([, found]) => found.length > 0),
  );
}

/** Severity that one rule gives; null if it finds nothing. Others must find nothing. */
function severityOf(id: string, figures: Figures): string | null {
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
const LOST_FRAMES: Case[] = [
  [null, null],
  [0, null],
  [1, null],
  [1.1, "warning"],
  [5, "warning"],
  [5.1, "error"],
];
outputTest("network_drops", "recent_drop_percentage", LOST_FRAMES);
obsTest("render_lag", "recent_render_lagged_percentage", LOST_FRAMES);
obsTest("encoder_skips", "recent_encoder_skipped_percentage", LOST_FRAMES);

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

// 6000 kbit/s are wanted: below 50 % warns, below 20 % is bad where the network is to blame.
for (
  const [what, network, bad] of [
    ["the network takes it all", {}, "warning"],
    ["the output does not tell", { congestion: null, recent_drop_percentage: null }, "warning"],
    ["the network drops frames", { recent_drop_percentage: 2 }, "error"],
    ["the send queue fills", { congestion: 0.6 }, "error"],
  ] as const
) {
  Deno.test(`bitrate_low: is at most a ${bad} where ${what}`, () => {
    for (
      const [kbps, severity] of [[3000, null], [2999, "warning"], [1199, bad], [0, bad]] as const
    ) {
      const figures = exampleFigures({ output: { ...network, bitrate_kbps: kbps } });
      assert.equal(findings(figures)["bitrate_low"]?.[0]?.severity ?? null, severity);
    }
  });
}

Deno.test("bitrate_low: finds nothing while a stream delay fills, before a frame was sent", () => {
  for (const frames of [0, null]) {
    const figures = exampleFigures({
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
    const figures = exampleFigures({ output: { ...low, target_bitrate_kbps: target } });
    assert.equal(severityOf("bitrate_low", figures), null);
  }
  const reconnecting = exampleFigures({ output: { ...low, reconnecting: true } });
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
  const bad = { recent_drop_percentage: 50, congestion: 1, bitrate_kbps: 1 };
  assert.deepEqual(findings(exampleFigures({ output: { ...bad, uptime_s: 9.9 } })), {});
  assert.deepEqual(findings(exampleFigures({ output: { ...bad, active: false } })), {});
  assert.deepEqual(Object.keys(findings(exampleFigures({ output: bad }))), [
    "network_drops",
    "bitrate_low",
    "congestion",
  ]);
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
  const figures = exampleFigures({
    output: { recent_drop_percentage: 7.25 },
    obs: { recent_render_lagged_percentage: 12, recent_encoder_skipped_percentage: 3 },
  });
  const messages = Object.values(findings(figures)).flat().map(({ message }) => message);
  assert.deepEqual(messages.map((message) => message.split(":")[0]), ["Network", "Encoder", "GPU"]);
  assert.match(messages[0] ?? "", /Twitch is dropping 7\.3 % of its frames\. Lower/);
  assert.match(messages[1] ?? "", /3 % .* skipped\. Choose a faster preset/);
  assert.match(messages[2] ?? "", /12 % .* rendered late\. Cap the game's frame rate/);
});

Deno.test("gives each finding the figure that it judged", () => {
  const figures = exampleFigures({ output: { recent_drop_percentage: 7.25 } });
  const [finding] = findings(figures)["network_drops"] ?? [];
  assert.deepEqual(
    [finding?.subject, finding?.metric, finding?.value],
    ["simple_stream", "obs.outputs.simple_stream.recent_drop_percentage", 7.25],
  );
});

Deno.test("has rules with an id each, in snake case", () => {
  const ids = RULES.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^[a-z]+(_[a-z]+)*$/);
});
