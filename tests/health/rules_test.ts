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
  [1, "warning"],
  [0.9, "error"],
  [0, "error"],
]);
systemTest("cpu_busy", "cpu_usage_percent", [[90, null], [90.1, "warning"], [100, "warning"]]);
systemTest("memory_full", "memory_used_gb", [[28.7, null], [28.8, "warning"], [31.9, "warning"]]);
outputTest("congestion", "congestion", [[0.5, null], [0.51, "warning"], [1, "warning"]]);
outputTest("bitrate_low", "bitrate_kbps", [
  [3000, null],
  [2999, "warning"],
  [1200, "warning"],
  [1199, "error"],
  [0, "error"],
]);

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
  assert.match(messages[0] ?? "", /Twitch dropped 7\.3 % of its frames in the last 60 s\. Lower/);
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
