import assert from "node:assert/strict";
import { type Connection, createLatencyProbe } from "../../sidecar/collectors/latency.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import type { Ingest } from "../../sidecar/obs/ingest.ts";
import { systemClock } from "../../sidecar/time/clock.ts";

/** One connection attempt that the test settles. */
interface Attempt {
  hostname: string;
  port: number;
  signal: AbortSignal;
  closed: boolean;
  /** Settles the attempt, with the address that was reached, and lets the probe act on it. */
  accept(address?: string): Promise<void>;
  refuse(): Promise<void>;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** A probe whose network and clock belong to the test. */
function fakeProbe(options: { deadlineMs?: number } = {}) {
  const state = {
    nowMs: 0,
    ingest: { host: "ingest.example", port: 1935 } as Ingest | null,
    attempts: [] as Attempt[],
    lines: [] as string[],
  };
  const probe = createLatencyProbe({
    ingest: () => state.ingest,
    clock: { now: () => 0, monotonic: () => state.nowMs },
    log: {
      ...silentLog,
      warn: (message) => state.lines.push(message),
      info: (message) => state.lines.push(message),
    },
    connect({ hostname, port, signal }) {
      const { promise, resolve, reject } = Promise.withResolvers<Connection>();
      const attempt: Attempt = {
        hostname,
        port,
        signal,
        closed: false,
        async accept(address = "203.0.113.7") {
          resolve({
            remoteAddr: { transport: "tcp", hostname: address, port },
            close: () => void (attempt.closed = true),
          });
          await turn();
        },
        async refuse() {
          reject(new Error("connection refused"));
          await turn();
        },
      };
      signal.addEventListener("abort", () => reject(signal.reason));
      state.attempts.push(attempt);
      return promise;
    },
    ...options,
  });
  /** The newest attempt. */
  const last = () => state.attempts.at(-1)!;
  /** Completes a measurement that resolves the name first. */
  async function measure(ms: number): Promise<void> {
    await last().accept();
    state.nowMs += ms;
    await last().accept();
  }
  return { state, probe, last, measure };
}

Deno.test("the round trip is a connection to the address, without the name's look-up", async () => {
  const { state, probe, last } = fakeProbe();
  assert.equal(probe.latencyMs(), null);
  assert.equal(last().hostname, "ingest.example");
  state.nowMs = 900;
  await last().accept("203.0.113.7");
  assert.equal(last().hostname, "203.0.113.7");
  assert.equal(last().port, 1935);
  state.nowMs = 923.46;
  await last().accept();
  assert.equal(probe.latencyMs(), 23.5);
  assert.equal(state.attempts.length, 2);
  await probe.close();
});

Deno.test("every connection is closed at once", async () => {
  const { state, probe, measure } = fakeProbe();
  probe.latencyMs();
  await measure(10);
  assert.deepEqual(state.attempts.map((attempt) => attempt.closed), [true, true]);
  await probe.close();
});

Deno.test("it is measured every 5 s, one at a time, at the address learnt", async () => {
  const { state, probe, last, measure } = fakeProbe();
  probe.latencyMs();
  await measure(10);
  state.nowMs = 4999;
  probe.latencyMs();
  assert.equal(state.attempts.length, 2);
  state.nowMs = 5000;
  probe.latencyMs();
  state.nowMs = 11_000;
  probe.latencyMs();
  assert.deepEqual(state.attempts.map((attempt) => attempt.hostname), [
    "ingest.example",
    "203.0.113.7",
    "203.0.113.7",
  ]);
  await last().accept();
  assert.equal(probe.latencyMs(), 6000);
  await probe.close();
});

Deno.test("the name is resolved anew after 5 minutes", async () => {
  const { state, probe, last, measure } = fakeProbe();
  probe.latencyMs();
  await measure(10);
  state.nowMs = 5 * 60_000;
  probe.latencyMs();
  assert.equal(last().hostname, "ingest.example");
  await last().accept("203.0.113.8");
  assert.equal(last().hostname, "203.0.113.8");
  await probe.close();
});

Deno.test("a failure makes the name be resolved anew and is logged once", async () => {
  const { state, probe, last, measure } = fakeProbe();
  probe.latencyMs();
  await measure(10);
  for (let i = 1; i <= 3; i++) {
    state.nowMs = i * 5000;
    assert.equal(probe.latencyMs(), 10);
    await last().refuse();
  }
  assert.deepEqual(state.attempts.slice(-2).map((attempt) => attempt.hostname), [
    "ingest.example",
    "ingest.example",
  ]);
  assert.equal(state.lines.length, 1);
  state.nowMs = 20_000;
  probe.latencyMs();
  await measure(12);
  assert.equal(probe.latencyMs(), 12);
  assert.equal(state.lines[1], "The ingest ingest.example:1935 can be reached again");
  await probe.close();
});

Deno.test("a figure older than 30 s is not shown", async () => {
  const { state, probe, measure } = fakeProbe();
  probe.latencyMs();
  await measure(10);
  state.nowMs = 30_010;
  assert.equal(probe.latencyMs(), 10);
  state.nowMs = 30_011;
  assert.equal(probe.latencyMs(), null);
  await probe.close();
});

Deno.test("another ingest drops the old figure and the running measurement at once", async () => {
  const { state, probe, last, measure } = fakeProbe();
  probe.latencyMs();
  await measure(10);
  state.nowMs = 5000;
  probe.latencyMs();
  const old = last();
  state.ingest = { host: "other.example", port: 443 };
  assert.equal(probe.latencyMs(), null);
  assert.ok(old.signal.aborted);
  await old.accept();
  assert.equal(last().hostname, "other.example");
  assert.equal(last().port, 443);
  await measure(7);
  assert.equal(probe.latencyMs(), 7);
  assert.deepEqual(state.lines, []);
  await probe.close();
});

Deno.test("without an ingest nothing is measured and nothing shown", async () => {
  const { state, probe, measure } = fakeProbe();
  state.ingest = null;
  assert.equal(probe.latencyMs(), null);
  assert.equal(state.attempts.length, 0);
  state.ingest = { host: "ingest.example", port: 1935 };
  probe.latencyMs();
  await measure(10);
  state.ingest = null;
  assert.equal(probe.latencyMs(), null);
  state.ingest = { host: "ingest.example", port: 1935 };
  assert.equal(probe.latencyMs(), null);
  await probe.close();
});

Deno.test("the same ingest in a new object goes on as before", async () => {
  const { state, probe, measure } = fakeProbe();
  probe.latencyMs();
  await measure(10);
  state.ingest = { ...state.ingest! };
  assert.equal(probe.latencyMs(), 10);
  assert.equal(state.attempts.length, 2);
  await probe.close();
});

Deno.test("a server that never answers is given up at the deadline", async () => {
  const { state, probe, last } = fakeProbe({ deadlineMs: 1 });
  probe.latencyMs();
  const { signal } = last();
  if (!signal.aborted) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  }
  assert.match(String(signal.reason), /No answer within 0\.001 s/);
  await turn();
  assert.equal(state.lines.length, 1);
  state.nowMs = 5000;
  probe.latencyMs();
  assert.equal(state.attempts.length, 2);
  await probe.close();
});

Deno.test("closing ends a running measurement without a word", async () => {
  const { state, probe, last } = fakeProbe();
  probe.latencyMs();
  await probe.close();
  assert.ok(last().signal.aborted);
  assert.deepEqual(state.lines, []);
});

Deno.test("a real server is measured and sees its connections closed", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const probe = createLatencyProbe({
    ingest: () => ({ host: "127.0.0.1", port }),
    connect: Deno.connect,
    clock: systemClock,
    log: silentLog,
  });
  try {
    assert.equal(probe.latencyMs(), null);
    for (let i = 0; i < 2; i++) {
      const connection = await listener.accept();
      assert.equal(await connection.read(new Uint8Array(1)), null);
      connection.close();
    }
    await turn();
    assert.ok(probe.latencyMs()! >= 0);
  } finally {
    await probe.close();
    listener.close();
  }
});
