/** The built sidecar exports to a real VictoriaMetrics. */
import assert from "node:assert/strict";
import { createFiveOutputs } from "../../sidecar/demo/five_outputs.ts";
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import { APT, counterpartTest } from "../counterparts.ts";
import { until } from "../peers/until.ts";
import { assertAllArrived } from "./all_arrived.ts";
import { CANARY, sidecarExportRig } from "./sidecar_export_rig.ts";
import type { StoredSeries } from "./stored_series.ts";

async function withFiveOutputs(run: (obsConfig: string) => Promise<void>): Promise<void> {
  const obs = await startSimulatedObs();
  const outputs = createFiveOutputs({ obs, clock: systemClock });
  try {
    await run(`[obs]\nhost = "127.0.0.1"\nport = ${obs.port}\n`);
  } finally {
    outputs.stop();
    await obs.close();
  }
}

function named(stored: readonly StoredSeries[], name: string): StoredSeries {
  const found = stored.find(({ labels }) => labels.__name__ === name);
  assert.ok(found, `${name} is not among ${stored.map(({ labels }) => labels.__name__)}`);
  return found;
}

function ofOutput(stored: readonly StoredSeries[], name: string, output: string): StoredSeries {
  const found = stored.find(({ labels }) => labels.__name__ === name && labels.output === output);
  assert.ok(found, `${name} of ${output}`);
  return found;
}

counterpartTest(
  "every metric arrives with its name, unit, labels, time and value",
  [APT],
  () =>
    withFiveOutputs(async (obs) => {
      await using rig = await sidecarExportRig({ obs });
      {
        await using _sidecar = await rig.start();
        await until(() => rig.gate.requests.length >= 5, { what: "five requests came" });
      }
      const stored = await rig.stored();
      const compared = assertAllArrived(stored, rig.rows());
      for (const name of ["obs.output.io", "obs.output.frames.dropped", "system.network.io"]) {
        assert.ok(compared.has(name), name);
      }
      const output = "aitum_multi_output_YouTube";
      const { labels } = ofOutput(stored, "obs_output_active", output);
      assert.equal(labels.streamer, "Anna");
      assert.match(labels.streamer_id ?? "", /^[0-9a-f-]{36}$/);
      assert.equal(labels.output_kind, "stream");
      assert.equal(labels.service_name, "obs-telemetry-bridge");
      assert.equal(
        labels.streamer_id,
        (await Deno.readTextFile(`${rig.folder}/instance-id`)).trim(),
      );
    }),
);

counterpartTest(
  "an outage with a kill in its middle leaves no gap and no point twice, and the token is only in its header",
  [APT],
  () =>
    withFiveOutputs(async (obs) => {
      await using rig = await sidecarExportRig({ obs });
      const requests = (count: number) => {
        const from = rig.gate.requests.length;
        return until(() => rig.gate.requests.length >= from + count, { what: "requests come" });
      };
      const first = await rig.start();
      await requests(3);
      rig.gate.open = false;
      await requests(3);
      first.process.signal("SIGKILL");
      await first.process.exited;
      let token: string;
      let sample: string;
      {
        await using second = await rig.start();
        token = second.token();
        await requests(2);
        rig.gate.open = true;
        await until(async () => {
          const answer = await fetch(`http://127.0.0.1:${second.port}/api/v1/export`, {
            headers: { authorization: `Bearer ${token}` },
          });
          const state = await answer.json();
          return state.state === "ok" && state.backlog_rows <= 1;
        }, { what: "everything is sent" });
        sample = second.process.output() + first.process.output();
      }
      const { atMs } = named(await rig.stored(), "obs_connected");
      assert.equal(new Set(atMs).size, atMs.length);
      const known = rig.rows().map(({ written_at_ms }) => written_at_ms);
      const from = atMs[0] ?? Infinity;
      const to = atMs.at(-1) ?? 0;
      assert.deepEqual(atMs, known.filter((time) => time >= from && time <= to));
      assert.ok(atMs.length >= 6);
      for (const { headers: sent, body, path } of rig.gate.requests) {
        assert.equal(sent.get("authorization"), `Bearer ${CANARY}`);
        const headers = [...sent].filter(([name]) => name !== "authorization");
        const gunzipped = await new Response(
          new Blob([new Uint8Array(body)]).stream().pipeThrough(new DecompressionStream("gzip")),
        ).text();
        assert.ok(!`${path} ${headers} ${gunzipped}`.includes(CANARY));
      }
      assert.ok(!sample.includes(CANARY));
      for (const name of ["logs/sidecar.log", "bridge.json", "history.db", "vault.dat"]) {
        const text = new TextDecoder("latin1").decode(await Deno.readFile(`${rig.folder}/${name}`));
        assert.ok(!text.includes(CANARY), name);
      }
    }),
);
