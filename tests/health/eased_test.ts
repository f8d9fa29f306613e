import assert from "node:assert/strict";
import { defaultConfig } from "../../shared/config.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import type { AlertEvent } from "../../shared/api.ts";
import { eased } from "../../sidecar/health/eased.ts";
import { Judge } from "../../sidecar/health/judge.ts";
import { RULES } from "../../sidecar/health/rules.ts";
import { alertSettings } from "../../sidecar/health/thresholds.ts";
import { exampleOutput, exampleTelemetry } from "../api/example_telemetry.ts";
import { FakeTime } from "../fake_time.ts";
import { exampleFigures } from "./health_fixture.ts";

const OK = { ok: true, age_ms: 40, error: null };

type Changes = Parameters<typeof exampleFigures>[0];

function cards(...changes: Partial<NonNullable<Telemetry["system"]["gpu"]>>[]): Changes {
  const { gpu } = exampleTelemetry().system;
  assert.ok(gpu);
  return { system: { gpus: changes.map((change) => ({ ...gpu, ...change })) } };
}

/** What is told while figures are as they are given, each for so many seconds. */
class Hours {
  readonly told: string[] = [];
  readonly #time = new FakeTime();
  readonly #judge = new Judge({
    rules: RULES,
    clock: this.#time,
    onChange: ({ state, alert }: AlertEvent) => void this.told.push(`${alert.id} ${state}`),
  });

  spend(seconds: number, changes: Changes): void {
    for (let ms = 0; ms < seconds * 1000; ms += 500) {
      this.#time.sleep(500);
      this.#judge.judge({
        figures: exampleFigures(changes),
        collectors: { obs: OK, system: OK, network: OK, gpu: OK },
        notices: [],
      });
    }
  }
}

const vram = (percent: number) => cards({ vram_total_mb: 1000, vram_used_mb: percent * 10 });
const memory = (percent: number): Changes => ({
  system: { memory_total_gb: 100, memory_used_gb: percent },
});

/** Figures at a limit: just beyond it, just within it, and good by more than the margin. */
const HOVERING: [id: string, Changes, Changes, Changes][] = [
  [
    "gpu_temperature:0",
    ...three([86, 84.9, 82.9], (celsius) => cards({ temperature_celsius: celsius })),
  ],
  ["vram_full:0", ...three([96, 94, 91.9], vram)],
  [
    "cpu_busy",
    ...three([91, 89, 86.9], (percent) => ({
      system: { cpu_usage_percent: percent },
    })),
  ],
  ["memory_full", ...three([91, 89, 86.9], memory)],
  [
    "disk_space",
    ...three([4.9, 5.1, 5.6], (gb) => ({
      system: { disk_free_gb: gb, record_minutes_left: null },
    })),
  ],
  [
    "disk_space",
    ...three([29, 32, 34], (minutes) => ({
      system: { disk_free_gb: 20, record_minutes_left: minutes },
    })),
  ],
  [
    "congestion:" + exampleOutput().id,
    ...three([0.52, 0.45, 0.39], (congestion) => ({
      output: { congestion },
    })),
  ],
  [
    "frame_time",
    ...three([76, 72, 69], (percent) => ({
      obs: { target_fps: 50, render_time_ms: percent / 5 },
    })),
  ],
];

function three(figures: [number, number, number], make: (figure: number) => Changes) {
  const [bad, better, good] = figures;
  return [make(bad), make(better), make(good)] as const;
}

for (const [id, bad, better, good] of HOVERING) {
  Deno.test(`${id}: a figure that hovers at its limit for an hour is one alert`, () => {
    const hours = new Hours();
    hours.spend(60, better);
    assert.deepEqual(hours.told, [], "nothing is told before the limit is passed");
    for (let pass = 0; pass < 90; pass++) {
      hours.spend(20, bad);
      hours.spend(20, better);
    }
    assert.deepEqual(hours.told, [`${id} firing`]);
    hours.spend(11, good);
    assert.deepEqual(hours.told, [`${id} firing`, `${id} resolved`]);
    hours.spend(60, better);
    assert.equal(hours.told.length, 2, "and nothing anew before the limit is passed again");
  });
}

Deno.test("a margin holds for the card that is told, and for no other one", () => {
  const hours = new Hours();
  hours.spend(60, cards({ temperature_celsius: 86 }, { temperature_celsius: 84 }));
  hours.spend(60, cards({ temperature_celsius: 84 }, { temperature_celsius: 84 }));
  assert.deepEqual(hours.told, ["gpu_temperature:0 firing"]);
});

Deno.test("a limit that is never passed is not passed with a margin either, nor is any below 0", () => {
  const { alerts } = defaultConfig();
  const { thresholds } = alertSettings({
    ...alerts,
    disk_free_warning: 0,
    cpu_warning: 1,
    congestion_warning: 5,
  });
  const { diskFreeGb, cpuPercent, congestion } = eased(thresholds);
  assert.deepEqual([diskFreeGb.warning, cpuPercent, congestion], [0, 0, 0]);
});
