import assert from "node:assert/strict";
import { OBSWebSocket } from "obs-websocket-js/json";
import { isJsonObject, type JsonObject } from "../../sidecar/demo/protocol.ts";
import { type SimulatedObs, startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { createTcpFront } from "../../sidecar/demo/tcp_front.ts";
import { counterpartTest, NGINX_RTMP, OBS, XVFB } from "../counterparts.ts";
import { startNginxRtmp } from "../peers/nginx_rtmp.ts";
import { type Obs, startObs } from "../peers/obs.ts";
import { until } from "../peers/until.ts";
import { checkCloseCodes, checkFailures } from "./protocol_cases.ts";

/** Requests that both answer; the real one is OBS 29, which knows fewer fields. */
const READS = [
  "GetVersion",
  "GetStats",
  "GetOutputList",
  "GetStreamStatus",
  "GetRecordStatus",
  "GetStreamServiceSettings",
  "GetRecordDirectory",
  "GetVideoSettings",
  "GetCurrentProgramScene",
  "GetSceneList",
  "GetSceneCollectionList",
  "GetProfileList",
] as const;

/** Every field with its type, lists by their first entry; service settings are free. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return [shape(value[0])];
  if (!isJsonObject(value)) return value === null ? "null" : typeof value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === "streamServiceSettings" ? "free" : shape(inner),
    ]),
  );
}

/** Asserts that every field of the real answer is in the simulated one, with its type. */
function assertCovers(simulated: unknown, real: unknown, path: string): void {
  if (isJsonObject(real)) {
    assert.ok(isJsonObject(simulated), `${path} is an object`);
    for (const [key, value] of Object.entries(real)) {
      assertCovers(simulated[key], value, `${path}.${key}`);
    }
  } else if (Array.isArray(real)) {
    assert.ok(Array.isArray(simulated), `${path} is a list`);
    assertCovers(simulated[0], real[0], `${path}[]`);
  } else {
    assert.equal(simulated, real, path);
  }
}

/** Records for a moment; what the events and the list of outputs say meanwhile. */
async function recordOnce(client: OBSWebSocket, moment: () => Promise<void>) {
  const events: JsonObject[] = [];
  const stopped = new Promise<void>((resolve) => {
    client.on("RecordStateChanged", (event) => {
      const { outputState, outputActive, outputPath } = event;
      events.push({ outputState, outputActive, path: typeof outputPath });
      if (outputState.endsWith("_STOPPED")) resolve();
    });
  });
  await client.call("StartRecord");
  await moment();
  const { outputs } = await client.call("GetOutputList");
  const output = outputs.find(({ outputActive }) => outputActive);
  await client.call("StopRecord");
  await stopped;
  const after = await until(async () => {
    const now = await client.call("GetRecordStatus");
    return !now.outputActive && now;
  }, { what: "the output is inactive, which the real OBS lets follow the event" });
  return { events, flags: output?.outputFlags, after };
}

async function compare(obs: Obs, simulated: SimulatedObs, client: OBSWebSocket): Promise<void> {
  for (const request of READS) {
    const [real, own] = [await obs.client.call(request), await client.call(request)];
    assertCovers(shape(own), shape(real), request);
  }
  const real = await recordOnce(obs.client, async () => {
    await until(async () => (await obs.client.call("GetRecordStatus")).outputBytes > 0, {
      what: "OBS records",
    });
  });
  const own = await recordOnce(client, () => {
    const output = simulated.state.outputs.find(({ active }) => active);
    Object.assign(output ?? {}, { bytes: 1000, totalFrames: 10 });
    return Promise.resolve();
  });
  assert.deepEqual(own.events, real.events);
  assert.deepEqual(own.flags, real.flags);
  for (const { after } of [own, real]) {
    assert.ok(after.outputBytes > 0, "bytes keep their value after the stop");
  }
}

counterpartTest("the simulated OBS answers as the real one does", [OBS, XVFB], async () => {
  await using obs = await startObs();
  const simulated = await startSimulatedObs({ password: obs.password });
  const client = new OBSWebSocket();
  try {
    for (const url of [simulated.url, `ws://127.0.0.1:${obs.wsPort}`]) {
      await checkCloseCodes({ url, password: obs.password });
      await checkFailures({ url, password: obs.password });
    }
    await client.connect(simulated.url, obs.password);
    await compare(obs, simulated, client);
  } finally {
    await client.disconnect();
    await simulated.close();
  }
});

/** Collects the states of the main stream. */
function streamStates(client: OBSWebSocket): string[] {
  const states: string[] = [];
  client.on("StreamStateChanged", ({ outputState, outputActive }) => {
    states.push(`${outputState.replace("OBS_WEBSOCKET_OUTPUT_", "")} ${outputActive}`);
  });
  return states;
}

const needs = [OBS, XVFB, NGINX_RTMP];

counterpartTest("the simulated OBS reconnects and stops as the real one does", needs, async () => {
  await using nginx = await startNginxRtmp();
  const ingest = createTcpFront({ port: 0, backendPort: nginx.port });
  const simulated = await startSimulatedObs();
  const client = new OBSWebSocket();
  try {
    await using obs = await startObs({ profile: { Output: { RetryDelay: 1 } } });
    const realStates = streamStates(obs.client);
    await obs.setServer(`rtmp://127.0.0.1:${ingest.port}/live`, "abc");
    await obs.startStream();
    const status = () => obs.client.call("GetStreamStatus");
    const before = await until(async () => {
      const now = await status();
      return now.outputTotalFrames > 60 && now.outputBytes > 0 && now;
    }, { what: "OBS has streamed for two seconds" });
    await ingest.drop();
    const during = await until(async () => {
      const now = await status();
      return now.outputReconnecting && now;
    }, { what: "OBS reconnects" });
    assert.equal(during.outputActive, true);
    assert.ok(during.outputTotalFrames >= before.outputTotalFrames);
    await ingest.listen();
    const after = await until(async () => {
      const now = await status();
      return !now.outputReconnecting && now;
    }, { what: "OBS is connected again" });
    assert.ok(after.outputTotalFrames < before.outputTotalFrames, "total frames begin anew");
    assert.ok(after.outputBytes < before.outputBytes, "bytes begin anew");
    await obs.stopStream();
    await until(() => realStates.at(-1) === "STOPPED false", { what: "OBS says that it stopped" });

    await client.connect(simulated.url);
    const ownStates = streamStates(client);
    simulated.startOutput("simple_stream");
    simulated.reconnectOutput("simple_stream");
    simulated.stopOutput("simple_stream");
    await client.call("GetVersion");
    assert.deepEqual(new Set(ownStates), new Set(realStates));
  } finally {
    await client.disconnect();
    await simulated.close();
    await ingest.close();
  }
});
