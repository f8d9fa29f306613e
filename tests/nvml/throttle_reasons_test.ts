import assert from "node:assert/strict";
import { throttleReasons } from "../../sidecar/nvml/throttle_reasons.ts";

Deno.test("names each reason that holds the clock down", () => {
  assert.deepEqual(throttleReasons(0x04n | 0x08n | 0x40n), [
    "power cap",
    "hardware slowdown",
    "hardware thermal slowdown",
  ]);
  assert.deepEqual(throttleReasons(0x20n), ["software thermal slowdown"]);
  assert.deepEqual(throttleReasons(0x80n | 0x10n), ["sync boost", "power brake"]);
});

Deno.test("says nothing of an idle card, of clock settings and of bits it does not know", () => {
  assert.deepEqual(throttleReasons(0n), []);
  assert.deepEqual(throttleReasons(0x01n | 0x02n | 0x100n), []);
  assert.deepEqual(throttleReasons(1n << 63n), []);
});
