import assert from "node:assert/strict";
import OBSWebSocket from "obs-websocket-js/json";
import { type SimulatedObs, startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import type { SimulatedObsOptions } from "../../sidecar/demo/simulated_obs.ts";
import { createOutput } from "../../sidecar/demo/state.ts";
import { withDeadline } from "../../sidecar/time/deadline.ts";
import { openBareSocket } from "./bare_socket.ts";
import { checkCloseCodes, checkFailures } from "./protocol_cases.ts";

const DEADLINE_MS = 5000;

/** Waits for something that must happen. */
function soon<T>(promise: Promise<T>, what: string): Promise<T> {
  return withDeadline(promise, { ms: DEADLINE_MS, what });
}

/** A test with a simulated OBS and as many real clients as it wants. */
function obsTest(
  name: string,
  fn: (obs: SimulatedObs, client: () => OBSWebSocket) => void | Promise<void>,
  options: SimulatedObsOptions = {},
): void {
  Deno.test(name, async () => {
    const obs = await startSimulatedObs(options);
    const clients: OBSWebSocket[] = [];
    try {
      await fn(obs, () => {
        const client = new OBSWebSocket();
        clients.push(client);
        return client;
      });
    } finally {
      await obs.close();
      await Promise.all(clients.map((client) => client.disconnect()));
    }
  });
}

/** The next event of a type, as a promise. */
function nextEvent(
  client: OBSWebSocket,
  type: "ConnectionClosed" | "CurrentProgramSceneChanged" | "ExitStarted",
): Promise<unknown> {
  return soon(
    new Promise((resolve) => client.once(type, (event?: unknown) => resolve(event))),
    type,
  );
}

obsTest("greets the real client and answers its request", async (obs, client) => {
  const obsClient = client();
  const hello = await obsClient.connect(obs.url);
  assert.equal(hello.negotiatedRpcVersion, 1);
  const version = await obsClient.call("GetVersion");
  assert.equal(version.obsVersion, "31.0.2");
  assert.ok(version.availableRequests.includes("GetOutputStatus"));
  assert.equal(obs.connections.identified, 1);
});

obsTest("lets the right password in and refuses any other with 4009", async (obs, client) => {
  const attempts = [obs.nextIdentify()];
  await client().connect(obs.url, "geheim ünïcode");
  assert.equal((await soon(attempts[0]!, "an attempt")).accepted, true);
  for (const wrong of ["Geheim ünïcode", undefined]) {
    const attempt = obs.nextIdentify();
    await assert.rejects(client().connect(obs.url, wrong), { code: 4009 });
    assert.equal((await soon(attempt, "an attempt")).accepted, false);
  }
  assert.equal(obs.connections.identifications, 3);
  assert.equal(obs.connections.authenticationFailures, 2);
}, { password: "geheim ünïcode" });

obsTest("answers a batch in order and logs how it was asked", async (obs, client) => {
  const obsClient = client();
  await obsClient.connect(obs.url);
  const asked = obs.nextBatch();
  const results = await obsClient.callBatch([
    { requestType: "GetStats" },
    { requestType: "GetOutputStatus", requestData: { outputName: "nobody" } },
    { requestType: "GetRecordStatus" },
  ], { executionType: 0 });
  assert.deepEqual(results.map(({ requestStatus }) => requestStatus.code), [100, 600, 100]);
  assert.equal((await asked).executionType, 0);
  assert.deepEqual(obs.requests.batches.map(({ types }) => types), [
    ["GetStats", "GetOutputStatus", "GetRecordStatus"],
  ]);
  assert.equal(obs.requests.count("GetStats"), 1);
  assert.equal(obs.requests.count(), 3);
  assert.ok(obs.requests.all.every(({ batch }) => batch === 1));
});

obsTest("stops a batch at the first failure when it is told to", async (obs, client) => {
  const obsClient = client();
  await obsClient.connect(obs.url);
  const results = await obsClient.callBatch([
    { requestType: "GetStats" },
    {
      requestType: "GetProfileParameter",
      requestData: { parameterCategory: "", parameterName: "" },
    },
    { requestType: "GetStats" },
  ], { haltOnFailure: true });
  assert.deepEqual(results.map(({ requestStatus }) => requestStatus.code), [100, 403]);
});

obsTest("sends each event only to those who subscribed to its kind", async (obs, client) => {
  const [everything, outputsOnly] = [client(), client()];
  await everything.connect(obs.url);
  await outputsOnly.connect(obs.url, undefined, { eventSubscriptions: 64 });
  const heard: string[] = [];
  outputsOnly.on("CurrentProgramSceneChanged", () => heard.push("scene"));
  outputsOnly.on("StreamStateChanged", ({ outputState }) => heard.push(outputState));
  const scene = nextEvent(everything, "CurrentProgramSceneChanged");
  obs.setScene("Gameplay");
  assert.deepEqual(await scene, {
    sceneName: "Gameplay",
    sceneUuid: "5f0f5ea8-52f5-4f0d-8f5f-9d4f1c1a0002",
  });
  obs.startOutput("adv_stream");
  await outputsOnly.call("GetVersion");
  assert.deepEqual(heard, ["OBS_WEBSOCKET_OUTPUT_STARTING", "OBS_WEBSOCKET_OUTPUT_STARTED"]);
  await outputsOnly.reidentify({ eventSubscriptions: 0 });
  obs.stopOutput("adv_stream");
  await outputsOnly.call("GetVersion");
  assert.equal(heard.length, 2);
});

obsTest("counts an output as OBS does across reconnect and stop", async (obs, client) => {
  const obsClient = client();
  await obsClient.connect(obs.url);
  assert.equal((await obsClient.call("GetStreamStatus")).outputActive, false);
  const stream = obs.startOutput("adv_stream");
  const counts = { bytes: 9_000_000, droppedFrames: 30, totalFrames: 600 };
  Object.assign(stream, counts, { congestion: 0.5 });
  const status = () => obsClient.call("GetOutputStatus", { outputName: "adv_stream" });

  const live = await status();
  assert.equal(live.outputDuration, 10_000);
  assert.equal(live.outputTimecode, "00:00:10.000");

  const events: [string, boolean][] = [];
  obsClient.on("StreamStateChanged", (event) => {
    events.push([event.outputState.replace("OBS_WEBSOCKET_OUTPUT_", ""), event.outputActive]);
  });
  obs.disconnectOutput("adv_stream");
  const broken = await status();
  assert.deepEqual(
    [broken.outputActive, broken.outputReconnecting, broken.outputBytes, broken.outputTotalFrames],
    [true, true, 9_000_000, 600],
  );
  obs.attemptReconnect("adv_stream");
  const trying = await status();
  assert.deepEqual(
    [trying.outputBytes, trying.outputSkippedFrames, trying.outputTotalFrames],
    [0, 0, 600],
  );
  obs.finishReconnect("adv_stream");
  const back = await status();
  assert.deepEqual([back.outputReconnecting, back.outputTotalFrames], [false, 0]);

  Object.assign(stream, counts);
  obs.stopOutput("adv_stream");
  const stopped = await status();
  assert.deepEqual(
    [
      stopped.outputActive,
      stopped.outputBytes,
      stopped.outputSkippedFrames,
      stopped.outputTotalFrames,
    ],
    [false, 9_000_000, 30, 600],
  );
  assert.deepEqual(events, [
    ["RECONNECTING", false],
    ["RECONNECTED", true],
    ["STOPPING", false],
    ["STOPPED", false],
  ]);
});

obsTest("resets the encoder's counters only when the first output starts", (obs) => {
  const { stats } = obs.state;
  Object.assign(stats, { outputSkippedFrames: 5, outputTotalFrames: 50, renderTotalFrames: 70 });
  obs.startOutput("adv_stream");
  assert.deepEqual([stats.outputSkippedFrames, stats.outputTotalFrames], [0, 0]);
  stats.outputTotalFrames = 60;
  obs.startOutput("adv_file_output");
  assert.equal(stats.outputTotalFrames, 60);
  assert.equal(stats.renderTotalFrames, 70);
});

obsTest("starts and stops streaming and recording on request", async (obs, client) => {
  const obsClient = client();
  await obsClient.connect(obs.url);
  await obsClient.call("StartStream");
  await assert.rejects(obsClient.call("StartStream"), { code: 500 });
  await obsClient.call("StartRecord");
  const { outputs } = await obsClient.call("GetOutputList");
  assert.deepEqual(
    outputs.filter(({ outputActive }) => outputActive).map(({ outputName }) => outputName),
    ["adv_file_output", "adv_stream"],
  );
  assert.equal((await obsClient.call("StopRecord")).outputPath, obs.state.recordPath);
  await obsClient.call("StopStream");
  await assert.rejects(obsClient.call("StopStream"), { code: 501 });
});

obsTest("reads the profile with its defaults", async (obs, client) => {
  const obsClient = client();
  await obsClient.connect(obs.url);
  const read = (parameterCategory: string, parameterName: string) =>
    obsClient.call("GetProfileParameter", { parameterCategory, parameterName });
  assert.deepEqual(await read("SimpleOutput", "VBitrate"), {
    parameterValue: "6000",
    defaultParameterValue: "2500",
  });
  for (const [section, key] of [["SimpleOutput", "Nothing"], ["__proto__", "toString"]] as const) {
    assert.deepEqual(await read(section, key), {
      parameterValue: null,
      defaultParameterValue: null,
    });
  }
});

obsTest("fails requests with OBS's codes", async ({ url }) => {
  await checkFailures({ url, password: "secret" });
}, { password: "secret" });

obsTest("fails everything while it is not ready", async (obs, client) => {
  const obsClient = client();
  await obsClient.connect(obs.url);
  obs.notReady = true;
  await assert.rejects(obsClient.call("GetStats"), { code: 207 });
  const batch = await obsClient.callBatch([{ requestType: "GetStats" }]);
  assert.equal(batch[0]?.requestStatus.code, 207);
});

obsTest("answers nonsense where a script wants it", async (obs, client) => {
  const obsClient = client();
  await obsClient.connect(obs.url);
  obs.state.outputs = [createOutput("x".repeat(100_000), { congestion: NaN })];
  const [output] = (await obsClient.call("GetOutputList")).outputs;
  const outputName = String(output?.outputName);
  const status = await obsClient.call("GetOutputStatus", { outputName });
  assert.equal(status.outputCongestion, null);
  obs.override("GetStats", (data) => ({ ...data, activeFps: "NaN", renderTotalFrames: -1 }));
  assert.deepEqual(
    Object.entries(await obsClient.call("GetStats")).slice(3, 7).map(([, value]) => value),
    ["NaN", 4.5, 0, -1],
  );
  obs.override("GetStats", 702);
  await assert.rejects(obsClient.call("GetStats"), { code: 702 });
  obs.override("GetStats", { nothing: null });
  assert.deepEqual(await obsClient.call("GetStats"), { nothing: null });
  obs.restore("GetStats");
  assert.equal((await obsClient.call("GetStats")).activeFps, 60);
});

obsTest("closes with the protocol's codes on a client that breaks it", async ({ url }) => {
  await checkCloseCodes({ url, password: "secret" });
}, { password: "secret" });

obsTest(
  "stays silent while it hangs, even to a close, and answers afterwards",
  async (obs, client) => {
    const obsClient = client();
    await obsClient.connect(obs.url);
    const leaving = await openBareSocket(obs.url);
    await leaving.next();
    obs.hang();
    leaving.socket.close();
    let answered = false;
    const answer = obsClient.call("GetStats").then(() => answered = true);
    const bare = new WebSocket(obs.url, "obswebsocket.json");
    const opened = new Promise<void>((resolve) => bare.onopen = () => resolve());
    const tcp = await Deno.connect({ hostname: "127.0.0.1", port: obs.port });
    await soon(pollUntil(() => obs.connections.accepted === 4), "the connections to be taken");
    assert.equal(answered, false);
    assert.equal(leaving.socket.readyState, WebSocket.CLOSING);
    assert.equal(obs.connections.open, 2);
    tcp.close();
    obs.resume();
    await soon(answer, "the late answer");
    await leaving.closed();
    await soon(opened, "the late handshake");
    bare.close();
    await soon(new Promise((resolve) => bare.onclose = resolve), "the close");
  },
);

obsTest("keeps its Hello back when told, and serves those it has", async (obs, client) => {
  const obsClient = client();
  await obsClient.connect(obs.url);
  obs.hang({ greet: false });
  const bare = await openBareSocket(obs.url);
  const hello = bare.next();
  await obsClient.call("GetStats");
  assert.equal(obs.connections.open, 2);
  obs.resume();
  assert.equal((await hello).op, 0);
});

obsTest("can be ended while it hangs", async (obs, client) => {
  const obsClient = client();
  await obsClient.connect(obs.url);
  const closed = nextEvent(obsClient, "ConnectionClosed");
  obs.hang({ greet: false });
  await openBareSocket(obs.url);
  obs.hang();
  const refused = assert.rejects(client().connect(obs.url));
  await soon(pollUntil(() => obs.connections.accepted === 3), "the connection to be taken");
  await soon(obs.close(), "the end");
  await closed;
  await refused;
});

obsTest("refuses new clients and keeps the old", async (obs, client) => {
  const [old, late] = [client(), client()];
  await old.connect(obs.url);
  obs.refuse();
  await assert.rejects(late.connect(obs.url));
  await old.call("GetStats");
  obs.resume();
  await late.connect(obs.url);
});

obsTest("crashes without a word and comes back from zero on the same port", async (obs, client) => {
  const obsClient = client();
  await obsClient.connect(obs.url);
  obs.startOutput("adv_stream").bytes = 5000;
  obs.state.stats.renderTotalFrames = 99;
  const port = obs.port;
  let farewell = false;
  obsClient.on("ExitStarted", () => farewell = true);
  const closed = nextEvent(obsClient, "ConnectionClosed");
  await obs.crash();
  assert.notEqual((await closed as { code: number }).code, 1001);
  assert.equal(farewell, false);
  await assert.rejects(
    Deno.connect({ hostname: "127.0.0.1", port }),
    Deno.errors.ConnectionRefused,
  );
  await obs.restart();
  assert.equal(obs.port, port);
  await obsClient.connect(obs.url);
  assert.equal((await obsClient.call("GetStats")).renderTotalFrames, 0);
  const status = await obsClient.call("GetStreamStatus");
  assert.deepEqual([status.outputActive, status.outputBytes], [false, 0]);
});

obsTest("says goodbye when it exits", async (obs, client) => {
  const obsClient = client();
  await obsClient.connect(obs.url);
  const farewell = nextEvent(obsClient, "ExitStarted");
  const closed = nextEvent(obsClient, "ConnectionClosed");
  const disconnected = obs.nextDisconnect();
  await obs.exit();
  await farewell;
  assert.equal((await closed as { code: number }).code, 1001);
  assert.equal(await soon(disconnected, "the end of the connection"), 1);
  await assert.rejects(client().connect(obs.url));
});

obsTest(
  "announces a profile change and is not ready within a collection's",
  async (obs, client) => {
    const obsClient = client();
    await obsClient.connect(obs.url);
    const heard: string[] = [];
    obsClient.on("CurrentProfileChanging", ({ profileName }) => heard.push(`from ${profileName}`));
    obsClient.on("CurrentProfileChanged", ({ profileName }) => heard.push(`to ${profileName}`));
    obs.beginProfileChange();
    obs.endProfileChange("Vertical");
    assert.equal((await obsClient.call("GetProfileList")).currentProfileName, "Vertical");
    assert.deepEqual(heard, ["from Untitled", "to Vertical"]);
    obs.beginSceneCollectionChange();
    await assert.rejects(obsClient.call("GetStats"), { code: 207 });
    obs.endSceneCollectionChange("Winter");
    const { currentSceneCollectionName } = await obsClient.call("GetSceneCollectionList");
    assert.equal(currentSceneCollectionName, "Winter");
  },
);

obsTest("calls back before it answers, once a batch", async (obs, client) => {
  const obsClient = client();
  await obsClient.connect(obs.url);
  let frames = 0;
  const end = obs.onBeforeAnswer(() => obs.state.stats.renderTotalFrames = ++frames);
  const batch = [{ requestType: "GetStats" as const }, { requestType: "GetStats" as const }];
  await obsClient.callBatch(batch);
  assert.equal((await obsClient.call("GetStats")).renderTotalFrames, 2);
  end();
  assert.equal((await obsClient.call("GetStats")).renderTotalFrames, 2);
});

Deno.test("says which port is taken", async () => {
  const first = await startSimulatedObs();
  try {
    await assert.rejects(startSimulatedObs({ port: first.port }), {
      message: `Cannot simulate OBS on port ${first.port}: choose a free one`,
    });
  } finally {
    await first.close();
  }
});

/** Waits for a condition that nothing announces. */
async function pollUntil(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
