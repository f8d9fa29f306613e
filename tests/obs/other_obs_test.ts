import assert from "node:assert/strict";
import { nobodyAnswers } from "../../sidecar/obs/connection_problem.ts";
import type { ObsEndpoint } from "../../sidecar/obs/endpoint.ts";
import { tellOfOtherObs } from "../../sidecar/obs/other_obs.ts";
import { settle } from "../fake_time.ts";

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

/** An OBS that is watched, and the looks for others; the test lets each pass. */
function watch(watched: ObsEndpoint, endpoints: ObsEndpoint[], { silent }: { silent: number[] }) {
  const told: string[] = [];
  const pauses: number[] = [];
  const ending = new AbortController();
  let goOn = () => {};
  const done = tellOfOtherObs(watched, {
    findEndpoints: () => Promise.resolve(endpoints),
    isListening: ({ port }) => Promise.resolve(!silent.includes(port)),
    tell: (message) => told.push(message),
    signal: ending.signal,
    pause(ms) {
      pauses.push(ms);
      return new Promise((resolve) => goOn = resolve);
    },
  });
  return {
    told: (): readonly string[] => told,
    pauses,
    /** Ends the pause and waits for the next. */
    async look() {
      goOn();
      await settle();
    },
    async end() {
      ending.abort();
      goOn();
      await done;
    },
  };
}

Deno.test("of two OBS that answer, the user is told which is watched, and how to take the other", async () => {
  const installed = endpoint(4455, { configRoot: "/home/anna/.config/obs-studio" });
  const portable = endpoint(4466, { configRoot: "/stick/config/obs-studio" });
  const looks = watch(installed, [installed, portable, endpoint(4477)], { silent: [4477] });
  await looks.look();
  assert.deepEqual(looks.told(), [
    "Another OBS seems to run at 127.0.0.1:4466 (settings in /stick/config/obs-studio). The one " +
    "at 127.0.0.1:4455 (settings in /home/anna/.config/obs-studio) is watched; for the other " +
    'one, set "port = 4466" under [obs] in config.toml.',
  ]);
  await looks.end();
});

Deno.test("settings that share one port are one OBS", async () => {
  const endpoints = [endpoint(4455), endpoint(4455, { configRoot: "/other" })];
  const looks = watch(endpoint(4455), endpoints, { silent: [] });
  await looks.look();
  assert.deepEqual(looks.told(), []);
  await looks.end();
});

Deno.test("an OBS that is started or found later is told within a minute, and once", async () => {
  const [endpoints, silent] = [[endpoint(4455), endpoint(4466)], [4466]];
  const looks = watch(endpoint(4455), endpoints, { silent });
  await looks.look();
  assert.deepEqual(looks.told(), []);
  silent.pop();
  await looks.look();
  endpoints.push(endpoint(4477));
  await looks.look();
  await looks.look();
  assert.deepEqual(looks.told().map((message) => message.slice(0, 47)), [
    "Another OBS seems to run at 127.0.0.1:4466. The",
    "Another OBS seems to run at 127.0.0.1:4477. The",
  ]);
  assert.deepEqual(new Set(looks.pauses), new Set([60_000]));
  await looks.end();
});

Deno.test("where OBS runs and does not answer, that is said, and where to look", () => {
  assert.match(nobodyAnswers(endpoint(4455)), /^No OBS answers at 127\.0\.0\.1:4455: it is not/);
  assert.match(
    nobodyAnswers(endpoint(4455, { isRunning: true })),
    /^OBS runs, but its WebSocket server does not answer at 127\.0\.0\.1:4455: .* OBS hangs, .* Enable WebSocket server, and .*"port"/,
  );
  assert.match(nobodyAnswers(endpoint(4455, { disabled: true, isRunning: true })), /switched off/);
});
