/** What the simulated OBS and the real one must answer alike. */
import assert from "node:assert/strict";
import { isJsonObject, type JsonObject } from "../../sidecar/demo/protocol.ts";
import { authenticated, type BareSocket, openBareSocket } from "./bare_socket.ts";

/** Where a server is, and its password. */
export interface Server {
  url: string;
  password: string;
}

const IDENTIFY = { op: 1, d: { rpcVersion: 1 } };

/** Messages after the Hello, in order, and the code with which the server closes. */
const CLOSE_CASES: readonly { code: number; messages: unknown[] }[] = [
  { code: 4002, messages: ["{"] },
  { code: 4002, messages: ["[]"] },
  { code: 4006, messages: ["{}"] },
  { code: 4006, messages: [{ op: "1", d: {} }] },
  { code: 4003, messages: [{ op: 1 }] },
  { code: 4004, messages: [{ op: 1, d: 5 }] },
  { code: 4003, messages: [{ op: 1, d: {} }] },
  { code: 4004, messages: [{ op: 1, d: { rpcVersion: "1" } }] },
  { code: 4004, messages: [{ op: 1, d: { rpcVersion: 1, eventSubscriptions: -1 } }] },
  { code: 4010, messages: [{ op: 1, d: { rpcVersion: 2 } }] },
  { code: 4007, messages: [{ op: 6, d: { requestType: "GetStats", requestId: "1" } }] },
  { code: 4007, messages: [{ op: 77, d: {} }] },
  { code: 4008, messages: [IDENTIFY, IDENTIFY] },
  { code: 4006, messages: [IDENTIFY, { op: 77, d: {} }] },
  { code: 4003, messages: [IDENTIFY, { op: 6, d: { requestType: "GetStats" } }] },
  { code: 4003, messages: [IDENTIFY, { op: 6, d: { requestId: "1" } }] },
  { code: 4004, messages: [IDENTIFY, { op: 6, d: { requestId: "1", requestType: 6 } }] },
  { code: 4005, messages: [IDENTIFY, { op: 8, d: { requestId: "1", executionType: 3 } }] },
  { code: 4004, messages: [IDENTIFY, { op: 8, d: { requestId: "1", executionType: -1 } }] },
  { code: 4004, messages: [IDENTIFY, { op: 8, d: { requestId: "1", haltOnFailure: 1 } }] },
  { code: 4003, messages: [IDENTIFY, { op: 8, d: { requestId: "1" } }] },
  { code: 4004, messages: [IDENTIFY, { op: 8, d: { requestId: "1", requests: {} } }] },
];

/** Requests that fail, with their status. */
const FAILURES: readonly { code: number; requestType: string; requestData?: unknown }[] = [
  { code: 203, requestType: "" },
  { code: 204, requestType: "GetNothing" },
  { code: 204, requestType: "constructor" },
  { code: 301, requestType: "GetOutputStatus" },
  { code: 301, requestType: "GetOutputStatus", requestData: [] },
  { code: 300, requestType: "GetOutputStatus", requestData: {} },
  { code: 300, requestType: "GetOutputStatus", requestData: { outputName: null } },
  { code: 401, requestType: "GetOutputStatus", requestData: { outputName: 7 } },
  { code: 403, requestType: "GetOutputStatus", requestData: { outputName: "" } },
  { code: 600, requestType: "GetOutputStatus", requestData: { outputName: "nobody" } },
  { code: 300, requestType: "GetProfileParameter", requestData: { parameterCategory: "Output" } },
  { code: 604, requestType: "GetReplayBufferStatus" },
  { code: 501, requestType: "StopStream" },
  { code: 501, requestType: "StopRecord" },
];

/** Connects and takes the Hello; says Identify if asked to. */
export async function openSession(
  { url, password }: Server,
): Promise<{ bare: BareSocket; identify: JsonObject }> {
  const bare = await openBareSocket(url);
  const hello = await bare.next();
  return { bare, identify: await authenticated({ rpcVersion: 1 }, { hello, password }) };
}

/** Breaks the protocol in every way, and checks with which code the server closes. */
export async function checkCloseCodes(server: Server): Promise<void> {
  for (const { code, messages } of CLOSE_CASES) {
    const { bare, identify } = await openSession(server);
    for (const message of messages) {
      const complete = isJsonObject(message) && message.op === 1 && isJsonObject(message.d)
        ? { op: 1, d: { ...identify, rpcVersion: undefined, ...message.d } }
        : message;
      bare.send(complete);
    }
    assert.equal(await bare.closed(), code, JSON.stringify(messages));
  }
  const { bare } = await openSession(server);
  bare.socket.send(new Uint8Array([1]));
  assert.equal(await bare.closed(), 4002, "binary");
  const wrong = await openSession({ ...server, password: `not ${server.password}` });
  wrong.bare.send({ op: 1, d: wrong.identify });
  assert.equal(await wrong.bare.closed(), 4009, "wrong password");
  const none = await openSession(server);
  none.bare.send(IDENTIFY);
  assert.equal(await none.bare.closed(), 4009, "no password");
}

/** Asks what must fail, alone and in a batch, and checks each status. */
export async function checkFailures(server: Server): Promise<void> {
  const { bare, identify } = await openSession(server);
  bare.send({ op: 1, d: identify });
  assert.equal((await bare.next()).op, 2);
  for (const { code, ...request } of FAILURES) {
    bare.send({ op: 6, d: { requestId: "one", ...request } });
    const { d } = await bare.next();
    assert.ok(isJsonObject(d) && isJsonObject(d.requestStatus));
    const { requestStatus: { result, code: actual }, requestId, responseData } = d;
    assert.deepEqual(
      { result, actual, requestId, responseData },
      { result: false, actual: code, requestId: "one", responseData: undefined },
      JSON.stringify(request),
    );
  }
  const requests = [...FAILURES.map(({ code: _, ...request }) => request), {}];
  bare.send({ op: 8, d: { requestId: "all", requests } });
  const { d } = await bare.next();
  assert.ok(isJsonObject(d) && Array.isArray(d.results));
  assert.deepEqual(
    d.results.map(({ requestStatus }) => requestStatus.code),
    [...FAILURES.map(({ code }) => code), 203],
  );
  bare.socket.close();
  await bare.closed();
}
