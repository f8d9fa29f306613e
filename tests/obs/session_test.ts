import assert from "node:assert/strict";
import { type SimulatedObs, startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import type { SimulatedObsOptions } from "../../sidecar/demo/simulated_obs.ts";
import type { Fields } from "../../sidecar/obs/fields.ts";
import { ObsConnectError, ObsSession, type StateEvent } from "../../sidecar/obs/session.ts";
import { DeadlineError } from "../../sidecar/time/deadline.ts";
import { until } from "../peers/until.ts";

type Heard = [StateEvent, Fields];

/** Registers a test with a simulated OBS and a way to open sessions with it. */
function sessionTest(
  name: string,
  fn: (
    obs: SimulatedObs,
    open: (password?: string) => Promise<ObsSession>,
    heard: Heard[],
  ) => Promise<void>,
  options: SimulatedObsOptions = {},
): void {
  Deno.test(name, async () => {
    const obs = await startSimulatedObs(options);
    const sessions: ObsSession[] = [];
    const heard: Heard[] = [];
    try {
      await fn(obs, async (password) => {
        const session = await ObsSession.open({
          host: "127.0.0.1",
          port: obs.port,
          password: password ?? null,
          deadlineMs: 200,
          onEvent: (event, data) => heard.push([event, data]),
        });
        sessions.push(session);
        return session;
      }, heard);
    } finally {
      obs.resume();
      for (const session of sessions) session.close();
      await obs.close();
    }
  });
}

sessionTest("sends one batch of type 0 that does not stop at a failure", async (obs, open) => {
  const session = await open();
  const answers = await session.batch([
    { requestType: "GetOutputStatus", requestData: { outputName: "nobody" } },
    { requestType: "GetStats" },
  ]);
  assert.deepEqual(answers.map(({ ok, code }) => [ok, code]), [[false, 600], [true, 100]]);
  assert.equal(answers[1]?.data["activeFps"], 60);
  const [batch] = obs.requests.batches;
  assert.deepEqual([batch?.executionType, batch?.haltOnFailure], [0, false]);
});

sessionTest("hears the events that change a snapshot", async (obs, open, heard) => {
  await open();
  obs.setScene("Gameplay");
  obs.startOutput("adv_file_output");
  await until(() => heard.length === 3, { what: "three events came" });
  assert.deepEqual(heard.map(([event]) => event), [
    "CurrentProgramSceneChanged",
    "RecordStateChanged",
    "RecordStateChanged",
  ]);
  assert.equal(heard[0]?.[1]["sceneName"], "Gameplay");
});

sessionTest("tells a refused password by its code", async (_, open) => {
  for (const password of ["wrong", undefined]) {
    await assert.rejects(
      open(password),
      (error) => error instanceof ObsConnectError && error.code === 4009,
    );
  }
}, { password: "right" });

sessionTest("fails a call that OBS does not answer in time", async (obs, open) => {
  const session = await open();
  obs.hang();
  await assert.rejects(session.batch([{ requestType: "GetStats" }]), DeadlineError);
});

sessionTest("fails a waiting call at once when the connection ends", async (obs, open) => {
  const session = await open();
  obs.hang();
  const call = session.batch([{ requestType: "GetStats" }]);
  const failed = assert.rejects(call, /The connection to OBS has ended/);
  await obs.crash();
  await failed;
});

sessionTest("fails a waiting call at once when it is closed", async (obs, open) => {
  const session = await open();
  obs.hang();
  const failed = assert.rejects(
    session.batch([{ requestType: "GetStats" }]),
    /The connection to OBS has ended/,
  );
  session.close();
  await failed;
});

sessionTest("says with which code the connection ended", async (obs, open) => {
  const session = await open();
  await obs.exit();
  assert.equal((await session.closed).code, 1001);
});

/** A server that greets as OBS does and answers every batch with these results. */
function startLiar(results: () => unknown): { port: number; close(): Promise<void> } {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "obswebsocket.json" });
    const send = (op: number, d: unknown) => socket.send(JSON.stringify({ op, d }));
    socket.onopen = () => send(0, { obsWebSocketVersion: "5.0.0", rpcVersion: 1 });
    socket.onmessage = ({ data }) => {
      const { op, d } = JSON.parse(data);
      if (op === 1) send(2, { negotiatedRpcVersion: 1 });
      if (op === 8) send(9, { requestId: d.requestId, results: results() });
    };
    return response;
  });
  return { port: server.addr.port, close: () => server.shutdown() };
}

Deno.test("gives an answer for each request, though OBS sends fewer, more or none", async () => {
  const good = { requestStatus: { result: true, code: 100 }, responseData: { a: 1 } };
  let results: unknown;
  const liar = startLiar(() => results);
  const session = await ObsSession.open({
    host: "127.0.0.1",
    port: liar.port,
    password: null,
    deadlineMs: 2000,
    onEvent() {},
  });
  const ask = async (answer: unknown) => {
    results = answer;
    return await session.batch([{ requestType: "GetStats" }, { requestType: "GetVersion" }]);
  };
  const nothing = { ok: false, code: 0, data: {} };
  const first = { ok: true, code: 100, data: { a: 1 } };
  try {
    assert.deepEqual(await ask([good]), [first, nothing]);
    assert.deepEqual(await ask([good, good, good]), [first, first]);
    for (const nonsense of [null, undefined, "x", 7, {}, [7, []], [{ requestStatus: "ok" }]]) {
      assert.deepEqual(await ask(nonsense), [nothing, nothing]);
    }
    const odd = { requestStatus: { result: 1, code: "100" }, responseData: [1] };
    assert.deepEqual(await ask([odd, null]), [nothing, nothing]);
  } finally {
    session.close();
    await session.closed;
    await liar.close();
  }
});

sessionTest("bears messages that are no messages", async (obs, open, heard) => {
  const session = await open();
  const nonsense = [
    "",
    "not json",
    "null",
    "[]",
    "7",
    '{"op":5}',
    '{"op":5,"d":null}',
    '{"op":5,"d":{}}',
    '{"op":5,"d":{"eventType":"StreamStateChanged","eventData":null}}',
    '{"op":5,"d":{"eventType":"StreamStateChanged","eventData":[1,2]}}',
    '{"op":5,"d":{"eventType":"ConnectionClosed","eventData":null}}',
    '{"op":5,"d":{"eventType":{"a":1},"eventData":3}}',
    '{"op":9,"d":{"requestId":"unknown","results":7}}',
    '{"op":9,"d":7}',
    '{"op":99,"d":{}}',
    `{"op":5,"d":{"eventType":"CurrentProgramSceneChanged","eventData":{"sceneName":"${
      "x".repeat(1_000_000)
    }"}}}`,
  ];
  for (const text of nonsense) obs.sendRaw(text);
  const [answer] = await session.batch([{ requestType: "GetStats" }]);
  assert.equal(answer?.ok, true);
  assert.deepEqual(heard.map(([event]) => event), [
    "StreamStateChanged",
    "StreamStateChanged",
    "CurrentProgramSceneChanged",
  ]);
  assert.deepEqual(heard.slice(0, 2).map(([, data]) => data), [{}, {}]);
});

sessionTest("makes the version that OBS claims harmless", async (_, open) => {
  const session = await open();
  assert.equal(session.pluginVersion, "5.0 [31m");
}, {
  state: {
    ...(await import("../../sidecar/demo/state.ts")).createState(),
    obsWebSocketVersion: "5.0\u001b[31m\u202e",
  },
});

/** Whether OBS sends this session the volume meters: whether an event of them is a message to it. */
async function getsMeters(obs: SimulatedObs, session: ObsSession): Promise<boolean> {
  const sent = async () => {
    const [stats] = await session.batch([{ requestType: "GetStats" }]);
    return Number(stats?.data["webSocketSessionOutgoingMessages"]);
  };
  const before = await sent();
  obs.emit("InputVolumeMeters", { inputs: [] });
  return await sent() - before === 2;
}

sessionTest("asks for volume meters only for as long as it listens", async (obs, open) => {
  const session = await open();
  assert.equal(await getsMeters(obs, session), false);
  const stop = [new AbortController(), new AbortController()] as const;
  let events = 0;
  const [first, second] = [stop[0].signal, stop[1].signal].map((signal) =>
    session.listenToMeters(() => events++, { ms: 60_000, signal })
  );
  await until(() => getsMeters(obs, session), { what: "meters are on" });
  assert.ok(events > 0);
  stop[0].abort();
  await first;
  assert.equal(await getsMeters(obs, session), true);
  stop[1].abort();
  await second;
  const heard = events;
  assert.equal(await getsMeters(obs, session), false);
  assert.equal(events, heard);
});

sessionTest("ends a connection on which the meters cannot be ended", async (obs, open) => {
  const session = await open();
  const stop = new AbortController();
  const listening = session.listenToMeters(() => {}, { ms: 60_000, signal: stop.signal });
  await until(() => getsMeters(obs, session), { what: "meters are on" });
  obs.hang();
  stop.abort();
  await listening;
  await assert.rejects(session.batch([{ requestType: "GetStats" }]));
});

sessionTest("listens no longer when the connection has ended", async (_, open) => {
  const session = await open();
  const { signal } = new AbortController();
  const listening = session.listenToMeters(() => {}, { ms: 60_000, signal });
  session.close();
  await assert.rejects(listening, /has ended/);
});
