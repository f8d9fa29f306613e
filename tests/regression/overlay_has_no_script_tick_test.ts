import assert from "node:assert/strict";

Deno.test("the overlay's script has no script_tick, which crashes OBS up to 30.0 while it loads", async () => {
  const script = await Deno.readTextFile(new URL("../../lua/obs_telemetry.lua", import.meta.url));
  assert.doesNotMatch(script, /function\s+script_tick|script_tick\s*=/);
  assert.match(script, /timer_add\(on_frame, 1\)/);
});
