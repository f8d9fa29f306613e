import assert from "node:assert/strict";
import { nearest } from "../../sidecar/config/nearest.ts";

const KEYS = ["bridge_update_rate", "metrics_interval", "log_level", "host", "port"];

Deno.test("finds the word that was meant", () => {
  for (
    const [typed, meant] of [
      ["bridge_updaterate", "bridge_update_rate"],
      ["metric_intervall", "metrics_interval"],
      ["Log_Level", "log_level"],
      ["prot", "port"],
      ["hosts", "host"],
    ] as const
  ) assert.equal(nearest(typed, KEYS), meant);
});

Deno.test("finds none where none is near", () => {
  for (const typed of ["", "x", "password", "bandwidth_test_duration"]) {
    assert.equal(nearest(typed, KEYS), null);
  }
  assert.equal(nearest("host", []), null);
});
