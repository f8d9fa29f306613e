import assert from "node:assert/strict";
import { defaultConfig } from "../../shared/config.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import { gpuThrottling } from "../../sidecar/health/rules/gpu_throttling.ts";
import { alertSettings } from "../../sidecar/health/thresholds.ts";
import { throttleReasons } from "../../sidecar/nvml/throttle_reasons.ts";
import { exampleOutput, exampleTelemetry } from "../api/example_telemetry.ts";
import { exampleFigures } from "./health_fixture.ts";

const { thresholds } = alertSettings(defaultConfig().alerts);

/** What is found about the second card with NVML's bits of reasons; OBS uses it, or the first. */
function find(
  mask: bigint | null,
  { obs = {}, isObsCard = true }: { obs?: Partial<Telemetry["obs"]>; isObsCard?: boolean } = {},
) {
  const { gpu } = exampleTelemetry().system;
  assert.ok(gpu);
  const card = { ...gpu, throttle_reasons: mask === null ? null : throttleReasons(mask) };
  const system = { gpu: isObsCard ? card : gpu, gpus: [gpu, card] };
  return gpuThrottling.find(exampleFigures({ system, obs }), thresholds);
}

Deno.test("gpu_throttling: a power cap, an idle card and what is not known are no trouble", () => {
  for (const mask of [null, 0x0n, 0x1n, 0x4n, 0x10n, 0x15n]) {
    assert.deepEqual(find(mask), [], String(mask));
  }
});

Deno.test("gpu_throttling: heat and lack of power are warnings, each with its remedy", () => {
  const cases: [bigint, RegExp][] = [
    [0x20n, /RTX 4070 is too hot and slows down\{since\}\. Check its fans/],
    [0x40n, /too hot and/],
    [0x48n, /too hot and/],
    [0x24n, /too hot and/],
    [0x80n, /short of power and slows down\{since\}\. Plug the laptop in/],
    [0x88n, /is short of power/],
    [0x08n, /too hot or short of power/],
  ];
  for (const [mask, message] of cases) {
    const [finding, ...others] = find(mask);
    assert.deepEqual(others, []);
    assert.equal(finding?.subject, "1");
    assert.equal(finding?.severity, "warning");
    assert.match(finding?.message ?? "", message);
  }
});

Deno.test("gpu_throttling: is an error once frames are rendered late too", () => {
  const [finding] = find(0x20n, { obs: { recent_render_lagged_percentage: 1.5 } });
  assert.equal(finding?.severity, "error");
});

Deno.test("gpu_throttling: a card that OBS does not use is not blamed for late frames", () => {
  const obs = { recent_render_lagged_percentage: 1.5 };
  assert.equal(find(0x20n, { obs, isObsCard: false })[0]?.severity, "warning");
});

Deno.test("gpu_throttling: is nothing to tell while OBS does nothing", () => {
  assert.deepEqual(find(0x40n, { obs: { outputs: [exampleOutput({ active: false })] } }), []);
});
