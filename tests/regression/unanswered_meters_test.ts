/**
 * A server of obs-websocket's protocol that answers every request, but not Reidentify, with which
 * the volume meters are asked for: its connection was ended every few seconds while it streamed,
 * and each time a crash of OBS was told.
 */
import assert from "node:assert/strict";
import { ObsSession } from "../../sidecar/obs/session.ts";

const [HELLO, IDENTIFY, IDENTIFIED, REIDENTIFY, EVENT, BATCH, BATCH_ANSWER] = [
  0,
  1,
  2,
  3,
  5,
  8,
  9,
];

/** Starts such a server. */
function startServer() {
  const sockets: WebSocket[] = [];
  let asked = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "obswebsocket.json" });
    const send = (op: number, d: unknown) => socket.send(JSON.stringify({ op, d }));
    sockets.push(socket);
    socket.onopen = () => send(HELLO, { obsWebSocketVersion: "5.5.0", rpcVersion: 1 });
    socket.onmessage = ({ data }) => {
      const { op, d } = JSON.parse(String(data));
      if (op === IDENTIFY) send(IDENTIFIED, { negotiatedRpcVersion: 1 });
      if (op === REIDENTIFY) asked++;
      if (op === BATCH) send(BATCH_ANSWER, { requestId: d.requestId, results: [] });
    };
    return response;
  });
  return {
    port: server.addr.port,
    /** How often somebody wanted other events. */
    get asked() {
      return asked;
    },
    sendMeters: () =>
      sockets[0]?.send(JSON.stringify({
        op: EVENT,
        d: { eventType: "InputVolumeMeters", eventIntent: 65536, eventData: { inputs: [] } },
      })),
    close: () => server.shutdown(),
  };
}

Deno.test("a server that does not answer who wants volume meters stays connected", async () => {
  const server = startServer();
  const session = await ObsSession.open({
    host: "127.0.0.1",
    port: server.port,
    password: null,
    deadlineMs: 1_000,
    onEvent: () => {},
  });
  const listen = () => session.listenToMeters(() => {}, { ms: 10, signal: AbortSignal.abort() });
  try {
    await assert.rejects(listen());
    const { asked } = server;
    assert.equal((await session.batch([{ requestType: "GetStats" }])).length, 1);
    await assert.rejects(listen(), /does not answer/);
    assert.equal((await session.batch([{ requestType: "GetStats" }])).length, 1);
    assert.equal(server.asked, asked);

    server.sendMeters();
    await session.closed;
  } finally {
    session.close();
    await session.closed;
    await server.close();
  }
});
