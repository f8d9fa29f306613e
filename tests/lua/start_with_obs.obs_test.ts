import assert from "node:assert/strict";
import { counterpartTest, OBS, XVFB } from "../counterparts.ts";
import { startObs } from "../peers/obs.ts";
import { until } from "../peers/until.ts";
import { healthyFixture, writeBridge } from "./bridge_fixture.ts";
import { luaErrors, OVERLAY_SCRIPT } from "./overlay_peer.ts";

counterpartTest(
  "OBS starts the sidecar where that is wanted and none runs",
  [OBS, XVFB],
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "start-with-obs-" });
    const launcher = `${folder}/launcher`;
    const starts = () => Deno.readTextFileSync(`${folder}/starts`).trim().split("\n");
    await Deno.writeTextFile(launcher, `#!/bin/sh\necho "$@" >> '${folder}/starts'\n`, {
      mode: 0o755,
    });
    const script = (name: string, settings: Record<string, unknown>) => ({
      path: OVERLAY_SCRIPT,
      settings: { bridge_file: `${folder}/${name}/bridge.json`, launcher, ...settings },
    });
    const openObs = (name: string, settings: Record<string, unknown>) =>
      startObs({ scripts: [script(name, settings)] });
    try {
      {
        await using obs = await openObs("absent", { start_with_obs: true });
        await until(() => starts().length > 0, { what: "the sidecar is started" });
        assert.deepEqual(luaErrors(obs.process.output()), []);
      }
      assert.deepEqual(starts(), [`start --data-dir ${folder}/absent`]);
      await Deno.mkdir(`${folder}/fresh`);
      const write = () =>
        writeBridge(`${folder}/fresh/bridge.json`, {
          ...healthyFixture(),
          written_at_ms: Date.now(),
        });
      const writing = setInterval(write, 100);
      try {
        await using obs = await openObs("fresh", { start_with_obs: true });
        assert.deepEqual(luaErrors(obs.process.output()), []);
      } finally {
        clearInterval(writing);
      }
      {
        await using _obs = await openObs("absent", {});
      }
      assert.equal(starts().length, 1);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
