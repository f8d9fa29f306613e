import assert from "node:assert/strict";
import type { Network } from "../../sidecar/rtmp/network.ts";
import { systemNetwork } from "../../sidecar/rtmp/network.ts";
import { controlMessage, MESSAGE, USER_CONTROL } from "../../sidecar/rtmp/message.ts";
import { startPublishing } from "../../sidecar/rtmp/publisher.ts";
import { measureBandwidth } from "../../sidecar/rtmp/measure_bandwidth.ts";
import { openRtmpConnection } from "../../sidecar/rtmp/rtmp_connection.ts";
import { RtmpError, type RtmpErrorCode } from "../../sidecar/rtmp/rtmp_error.ts";
import { tryPublishing } from "../../sidecar/rtmp/try_publishing.ts";
import { freePort } from "../peers/ports.ts";
import { type RtmpScript, startRtmpServer } from "../peers/rtmp_server.ts";
import { until } from "../peers/until.ts";

/** No step of a client takes longer; the whole must end soon after. */
const STEP_MS = 400;
const KEY = "canary_key_77?bandwidthtest=true";

async function failure(operation: Promise<unknown>): Promise<RtmpError> {
  const error = await operation.then(() => undefined, (cause) => cause);
  assert.ok(error instanceof RtmpError, `no RtmpError but ${error}`);
  assert.ok(!Deno.inspect(error).includes("canary_key"), "the key is in the error");
  return error;
}

function isSentence(text: string): boolean {
  return /^[\p{Lu}"\d].*\.$/u.test(text) && !/[\p{Cc}]/u.test(text);
}

const handshake = new Uint8Array(1 + 2 * 1536).fill(3, 0, 1);
const never = () => new Promise<void>(() => {});

const cases: { name: string; script: RtmpScript; code: RtmpErrorCode; says?: RegExp }[] = [
  { name: "accepts and stays silent", script: { connected: () => {} }, code: "silent" },
  {
    name: "closes at once",
    script: { connected: (peer) => peer.close() },
    code: "closed_without_reason",
  },
  {
    name: "closes after S0",
    script: {
      connected: async (peer) => {
        await peer.raw(handshake.subarray(0, 1));
        peer.close();
      },
    },
    code: "closed_without_reason",
  },
  {
    name: "sends half of the handshake",
    script: { connected: (peer) => peer.raw(handshake.subarray(0, 2000)) },
    code: "silent",
  },
  {
    name: "speaks HTTP",
    script: {
      connected: (peer) => peer.raw(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n")),
    },
    code: "garbage",
  },
  {
    name: "sends garbage after the handshake",
    script: {
      connected: async (peer) => {
        await peer.raw(handshake);
        await peer.raw(new Uint8Array(20_000).fill(0xab));
      },
    },
    code: "garbage",
  },
  {
    name: "sets a chunk size of 2^31",
    script: {
      connected: async (peer) => {
        await peer.raw(handshake);
        await peer.send(controlMessage(MESSAGE.setChunkSize, 2 ** 31));
      },
    },
    code: "garbage",
    says: /2147483648/,
  },
  {
    name: "begins a message of 16 MB",
    script: {
      connected: async (peer) => {
        await peer.raw(handshake);
        await peer.raw(Uint8Array.of(3, 0, 0, 0, 0xff, 0xff, 0xff, 20, 0, 0, 0, 0));
      },
    },
    code: "garbage",
  },
  {
    name: "begins a message and never ends it",
    script: {
      connected: async (peer) => {
        await peer.raw(handshake);
        await peer.raw(Uint8Array.of(3, 0, 0, 0, 0, 0x10, 0, 20, 0, 0, 0, 0, 1, 2, 3));
      },
    },
    code: "silent",
  },
  {
    name: "pings without end",
    script: {
      connected: async (peer) => {
        await peer.raw(handshake);
        const ping = Uint8Array.of(0, USER_CONTROL.pingRequest, 0, 0, 0, 1);
        for (;;) {
          await peer.send({ ...controlMessage(MESSAGE.userControl, 0), payload: ping });
        }
      },
    },
    code: "silent",
  },
  {
    name: "refuses the application with a reason",
    script: {
      command: async ({ name, transaction }, peer) => {
        if (name !== "connect") return false;
        const description = "No\u202e such\napplication";
        await peer.command("_error", transaction, [null, { level: "error", description }]);
        return true;
      },
    },
    code: "refused_connect",
    says: /: No such application\./,
  },
  {
    name: "calls publishing begun in onFCPublish only",
    script: {
      command: async ({ name }, peer) => {
        if (name === "publish") {
          const info = { level: "status", code: "NetStream.Publish.Start" };
          await peer.command("onFCPublish", 0, [null, info]);
        }
        return name === "publish";
      },
    },
    code: "silent",
    says: /"publish"/,
  },
  {
    name: "never answers createStream",
    script: { command: ({ name }) => name === "createStream" },
    code: "silent",
    says: /"createStream"/,
  },
  {
    name: "answers createStream without a stream",
    script: {
      command: async ({ name, transaction }, peer) => {
        if (name !== "createStream") return false;
        await peer.command("_result", transaction, [null]);
        return true;
      },
    },
    code: "garbage",
  },
  {
    name: "never answers publish",
    script: { command: ({ name }) => name === "publish" },
    code: "silent",
    says: /"publish"/,
  },
  {
    name: "refuses the key and repeats it",
    script: {
      command: async ({ name }, peer) => {
        if (name !== "publish") return false;
        const description = `Key ${KEY} (canary_key_77) is unknown ${"x".repeat(10_000)}`;
        await peer.status("NetStream.Publish.BadName", { level: "error", description });
        return true;
      },
    },
    code: "refused_key",
    says: /Key \[key\] \(\[key\]\) is unknown x+…/,
  },
  {
    name: "has the key in use",
    script: {
      command: async ({ name }, peer) => {
        if (name !== "publish") return false;
        await peer.status("NetStream.Publish.BadName", {
          level: "error",
          description: "Stream is busy",
        });
        return true;
      },
    },
    code: "key_in_use",
  },
  {
    name: "says that the stream has begun and closes 8 ms later",
    script: {
      command: async ({ name }, peer) => {
        if (name !== "publish") return false;
        await peer.status("NetStream.Publish.Start");
        setTimeout(() => peer.close(), 8);
        return true;
      },
    },
    code: "closed_without_reason",
    says: /stream key is wrong/,
  },
  {
    name: "ends the stream with a reason",
    script: {
      command: async ({ name }, peer) => {
        if (name !== "publish") return false;
        await peer.status("NetStream.Publish.Start");
        await peer.status("NetConnection.Shutdown", {
          level: "error",
          description: "Maintenance at noon",
        });
        return true;
      },
    },
    code: "ended_by_server",
    says: /Maintenance at noon/,
  },
];

for (const { name, script, code, says } of cases) {
  Deno.test(`a server that ${name} is told as ${code}, in its deadline`, async () => {
    using server = startRtmpServer(script);
    const began = performance.now();
    const error = await failure(tryPublishing({ url: server.url, key: KEY }, { stepMs: STEP_MS }));
    assert.equal(error.code, code, error.message);
    if (says !== undefined) assert.match(error.message, says);
    assert.ok(isSentence(error.message), error.message);
    assert.ok(error.message.length < 500);
    // Generous: the deadline is what is tested, not the machine.
    assert.ok(performance.now() - began < 10 * STEP_MS);
  });
}

Deno.test("bytes of any kind after the handshake never hang the client", async () => {
  for (let seed = 1; seed <= 25; seed++) {
    using server = startRtmpServer({
      connected: async (peer) => {
        await peer.raw(handshake);
        await peer.raw(crypto.getRandomValues(new Uint8Array(4000)));
        peer.close();
      },
    });
    await failure(openRtmpConnection(server.url, { stepMs: STEP_MS }));
  }
});

Deno.test("nothing listens on the port", async () => {
  const error = await failure(openRtmpConnection(`rtmp://127.0.0.1:${freePort()}/live`));
  assert.equal(error.code, "unreachable");
  assert.ok(isSentence(error.message), error.message);
});

Deno.test("a host name without an address", async () => {
  const error = await failure(openRtmpConnection("rtmp://no-such-host.invalid/live"));
  assert.equal(error.code, "dns");
});

Deno.test("a silent name server, and a silent host, end in their deadlines", async () => {
  const silentDns: Network = { ...systemNetwork, lookup: () => new Promise(() => {}) };
  const dns = await failure(
    openRtmpConnection("rtmp://live.example/app", { network: silentDns, stepMs: 20 }),
  );
  assert.equal(dns.code, "dns");
  const silentHost: Network = { ...systemNetwork, connect: () => new Promise(() => {}) };
  const tcp = await failure(
    openRtmpConnection("rtmp://192.0.2.1/app", { network: silentHost, stepMs: 20 }),
  );
  assert.equal(tcp.code, "silent");
});

Deno.test("the next address of a name is tried while the first is silent or refuses", async () => {
  using server = startRtmpServer();
  const refused = () => Promise.reject(new Error("refused"));
  for (const first of [() => new Promise<never>(() => {}), refused]) {
    const tried: string[] = [];
    const network: Network = {
      ...systemNetwork,
      lookup: () => Promise.resolve(["2001:db8::1", "127.0.0.1"]),
      connect: (address) => {
        tried.push(address.hostname);
        return address.hostname === "127.0.0.1" ? systemNetwork.connect(address) : first();
      },
    };
    using connection = await openRtmpConnection(
      `rtmp://live.example:${server.port}/app`,
      { network, stepMs: 5000 },
    );
    assert.equal(connection.address, "127.0.0.1");
    assert.deepEqual(tried, ["2001:db8::1", "127.0.0.1"]);
  }
  const none: Network = {
    ...systemNetwork,
    lookup: () => Promise.resolve(["2001:db8::1", "192.0.2.1"]),
    connect: refused,
  };
  const error = await failure(openRtmpConnection("rtmp://live.example/app", { network: none }));
  assert.equal(error.code, "unreachable");
});

Deno.test("a round trip is not taken from a createStream that stands behind a slow look", async () => {
  using server = startRtmpServer({
    command: async ({ name }) => {
      if (name === "FCPublish") await new Promise((resolve) => setTimeout(resolve, 300));
      return false;
    },
  });
  using connection = await openRtmpConnection(server.url);
  const publisher = await startPublishing(connection, KEY);
  assert.ok(publisher.roundTripMs <= connection.times.tcpMs);
});

Deno.test("a port that does not speak TLS, or says nothing, is told", async () => {
  using http = startRtmpServer({
    connected: (peer) => peer.raw(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n")),
  });
  const noTls = await failure(
    openRtmpConnection(`rtmps://127.0.0.1:${http.port}/live`, { stepMs: STEP_MS }),
  );
  assert.equal(noTls.code, "tls");
  assert.match(noTls.message, /does not speak TLS/);
  using silent = startRtmpServer({ connected: () => {} });
  const noAnswer = await failure(
    openRtmpConnection(`rtmps://127.0.0.1:${silent.port}/live`, { stepMs: STEP_MS }),
  );
  assert.equal(noAnswer.code, "silent");
});

Deno.test("a signal ends every phase at once", async () => {
  const stuck: RtmpScript[] = [
    { connected: () => {} },
    { command: ({ name }) => name === "connect" },
    { command: ({ name }) => name === "createStream" },
    { command: ({ name }) => name === "publish" },
    { command: () => false },
  ];
  for (const script of stuck) {
    using server = startRtmpServer(script);
    const abort = new AbortController();
    const running = failure(tryPublishing({ url: server.url, key: KEY }, {
      signal: abort.signal,
      stepMs: 60_000,
      acceptedAfterMs: 60_000,
    }));
    await until(() => server.openConnections() === 1, { what: "the client has connected" });
    abort.abort();
    assert.equal((await running).code, "aborted");
  }
});

Deno.test("a signal ends a name server's and a host's silence at once", async () => {
  for (const name of ["lookup", "connect", "secure"] as const) {
    const entered = Promise.withResolvers<void>();
    const transport = { read: never, write: never, close: () => {} };
    const network = {
      lookup: () => Promise.resolve(["192.0.2.1"]),
      connect: () => Promise.resolve(transport),
      secure: () => Promise.resolve(transport),
      [name]: () => {
        entered.resolve();
        return never();
      },
    } as unknown as Network;
    const abort = new AbortController();
    const running = failure(openRtmpConnection("rtmps://live.example/app", {
      network,
      signal: abort.signal,
      stepMs: 60_000,
    }));
    await entered.promise;
    abort.abort();
    assert.equal((await running).code, "aborted");
  }
});

Deno.test("an abort tells the server that the stream has ended", async () => {
  using server = startRtmpServer();
  const abort = new AbortController();
  const running = failure(measureBandwidth({ url: server.url, key: KEY }, {
    paceKbps: 1000,
    durationMs: 60_000,
    signal: abort.signal,
  }));
  await until(() => server.media.length > 10, { what: "media comes" });
  abort.abort();
  assert.equal((await running).code, "aborted");
  await until(() => server.commands.includes("deleteStream"), { what: "deleteStream comes" });
  assert.deepEqual(server.commands, [
    ...["connect", "releaseStream", "FCPublish", "createStream", "publish"],
    ...["FCUnpublish", "deleteStream"],
  ]);
});

/** Says that the stream has begun and reads nothing from then on: the buffers fill up. */
const stopsReading: RtmpScript = {
  command: async ({ name }, peer) => {
    if (name !== "publish") return false;
    await peer.status("NetStream.Publish.Start");
    await never();
    return true;
  },
};

Deno.test("an abort ends a test whose connection is stuck, and does not wait for it", async () => {
  using server = startRtmpServer(stopsReading);
  const abort = new AbortController();
  let abortedMs = 0;
  // Long after the buffers are full.
  setTimeout(() => {
    abortedMs = performance.now();
    abort.abort();
  }, 1500);
  const error = await failure(measureBandwidth({ url: server.url, key: KEY }, {
    paceKbps: 500_000,
    durationMs: 60_000,
    signal: abort.signal,
  }));
  assert.equal(error.code, "aborted");
  assert.ok(performance.now() - abortedMs < 500);
});

Deno.test("a server that stops reading is told as silent", async () => {
  using server = startRtmpServer(stopsReading);
  const error = await failure(measureBandwidth({ url: server.url, key: KEY }, {
    paceKbps: 500_000,
    durationMs: 60_000,
    stepMs: STEP_MS,
    stallMs: 500,
  }));
  assert.equal(error.code, "silent");
  assert.match(error.message, /takes nothing more, for 0\.5 s now/);
});

Deno.test("a server that acknowledges once only is measured by its drain", async () => {
  let told = false;
  using server = startRtmpServer({
    command: async ({ name }, peer) => {
      if (name === "publish" && !told) {
        told = true;
        await peer.send(controlMessage(MESSAGE.acknowledgement, 3500));
      }
      return false;
    },
  }, { keepMedia: false });
  const result = await measureBandwidth({ url: server.url, key: KEY }, {
    paceKbps: 2000,
    durationMs: 5000,
  });
  assert.equal(result.method, "drain");
  assert.ok(result.sentBytes > 2.2 * 2000 / 8 * 1000, "it went on to send");
});

Deno.test("a server that tells nothing of what it received is unmeasurable", async () => {
  let streams = 0;
  using server = startRtmpServer({
    command: ({ name }) => name === "createStream" && ++streams > 1,
  });
  const error = await failure(measureBandwidth({ url: server.url, key: KEY }, {
    paceKbps: 500,
    durationMs: 300,
    drainMs: 200,
  }));
  assert.equal(error.code, "unmeasurable");
});

Deno.test("a server's pings are answered, and its window acknowledged", async () => {
  const replies: string[] = [];
  using server = startRtmpServer({
    command: async ({ name }, peer) => {
      if (name !== "publish") return false;
      await peer.send(controlMessage(MESSAGE.windowAcknowledgementSize, 5000));
      await peer.send(controlMessage(MESSAGE.setPeerBandwidth, 2_500_000));
      const ping = Uint8Array.of(0, USER_CONTROL.pingRequest, 1, 2, 3, 4);
      await peer.send({ ...controlMessage(MESSAGE.userControl, 0), payload: ping });
      const filler = new Uint8Array(6000);
      await peer.send({ ...controlMessage(MESSAGE.dataAmf0, 0), chunkStream: 5, payload: filler });
      return false;
    },
    control: ({ type, payload }) => replies.push(`${type}: ${payload.toHex()}`),
  });
  await tryPublishing({ url: server.url, key: KEY }, { acceptedAfterMs: 300 });
  assert.deepEqual(replies.slice(0, 3), ["1: 00001000", "5: 00010000", "4: 000701020304"]);
  assert.match(replies[3] ?? "", /^3: 0000[12]/);
});

Deno.test("a key that was pasted into the URL is not in the error", async () => {
  using server = startRtmpServer({
    command: async ({ name, transaction, values }, peer) => {
      if (name !== "connect") return false;
      const { app } = values[0] as { app: string };
      const description = `${app} is unknown`;
      await peer.command("_error", transaction, [null, { level: "error", description }]);
      return true;
    },
  });
  const url = server.url.replace(/\/[^/]*$/, "/app/live_123_canary_key?auth=canary_key_2");
  const error = await failure(openRtmpConnection(url));
  assert.equal(error.code, "refused_connect");
  assert.match(error.message, /the application "app": app\/\[key\]/);
});
