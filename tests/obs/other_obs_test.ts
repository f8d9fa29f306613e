import assert from "node:assert/strict";
import { nobodyAnswers } from "../../sidecar/obs/connection_problem.ts";
import type { ObsEndpoint } from "../../sidecar/obs/endpoint.ts";
import { otherObs } from "../../sidecar/obs/other_obs.ts";

function endpoint(port: number, changes: Partial<ObsEndpoint> = {}): ObsEndpoint {
  return {
    host: "127.0.0.1",
    port,
    passwords: [],
    configRoot: null,
    disabled: false,
    isRunning: false,
    ...changes,
  };
}

Deno.test("of two OBS that answer, the user is told which is watched, and how to take the other", async () => {
  const installed = endpoint(4455, { configRoot: "/home/anna/.config/obs-studio" });
  const portable = endpoint(4466, { configRoot: "/stick/config/obs-studio" });
  const endpoints = [installed, portable, endpoint(4477)];
  const isListening = ({ port }: { port: number }) => Promise.resolve(port !== 4477);
  assert.deepEqual(await otherObs(installed, { endpoints, isListening }), [
    "Another OBS seems to run at 127.0.0.1:4466 (settings in /stick/config/obs-studio). The one " +
    "at 127.0.0.1:4455 (settings in /home/anna/.config/obs-studio) is watched; for the other " +
    'one, set "port = 4466" under [obs] in config.toml.',
  ]);
});

Deno.test("settings that share one port are one OBS", async () => {
  const endpoints = [endpoint(4455), endpoint(4455, { configRoot: "/other" })];
  const isListening = () => Promise.resolve(true);
  assert.deepEqual(await otherObs(endpoint(4455), { endpoints, isListening }), []);
});

Deno.test("where OBS runs and does not answer, that is said, and where to look", () => {
  assert.match(nobodyAnswers(endpoint(4455)), /^No OBS answers at 127\.0\.0\.1:4455: it is not/);
  assert.match(
    nobodyAnswers(endpoint(4455, { isRunning: true })),
    /^OBS runs, but its WebSocket server does not answer at 127\.0\.0\.1:4455: .* OBS hangs, .* Enable WebSocket server, and .*"port"/,
  );
  assert.match(nobodyAnswers(endpoint(4455, { disabled: true, isRunning: true })), /switched off/);
});
