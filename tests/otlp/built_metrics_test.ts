import assert from "node:assert/strict";
import type { Telemetry } from "../../shared/telemetry.ts";
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { disposable, withHome } from "../vault/sidecar_vault_rig.ts";
import { parseExposition } from "./prometheus_parser.ts";

Deno.test("the built sidecar gives its figures to who scrapes, under a name and an id that stay", () =>
  withHome(async (home) => {
    await using obs = disposable(await startSimulatedObs());
    const config =
      `[engine]\nstreamer_name = "Mia"\n[obs]\nhost = "127.0.0.1"\nport = ${obs.port}\n`;
    await using sidecar = await startSidecarPeer({ home, config });
    const scrape = async () => {
      const answer = await fetch(`http://127.0.0.1:${sidecar.port}/metrics`, {
        headers: { authorization: `Bearer ${sidecar.token()}` },
      });
      assert.equal(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
      return parseExposition(await answer.text());
    };
    await sidecar.untilBridge(({ obs }) => obs.connected === true, { what: "OBS is connected" });
    obs.startOutput("simple_stream");
    const isLive = ({ obs: { outputs } }: Telemetry) => outputs?.[0]?.active === true;
    await sidecar.untilBridge(isLive, { what: "the stream runs" });
    const { samples } = await scrape();
    assert.equal(samples.find(({ name }) => name === "obs_connected")?.value, 1);
    const id = (await Deno.readTextFile(`${sidecar.dataDir}/instance-id`)).trim();
    for (const { labels } of samples) {
      assert.deepEqual([labels["streamer"], labels["streamer_id"]], ["Mia", id]);
    }
    const active = samples.find(({ name }) => name === "obs_output_active");
    assert.equal(active?.labels["output"], "simple_stream");
    assert.equal(active?.value, 1);
  }));
