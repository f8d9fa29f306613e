import assert from "node:assert/strict";
import type { Sink, Snapshot } from "../../sidecar/sinks/sink.ts";
import { SinkRunner } from "../../sidecar/sinks/sink_runner.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";
import { settle } from "../fake_time.ts";
import { keptLog } from "../log_lines.ts";

function snapshot(sequence: number): Snapshot {
  return { telemetry: exampleTelemetry({ sequence }), json: new Uint8Array() };
}

/** A sink whose writes the test settles, and its runner. */
function createSlowSink() {
  const { log, lines } = keptLog();
  const writes: (PromiseWithResolvers<void> & { sequence: number })[] = [];
  let closed = false;
  const sink: Sink = {
    name: "slow",
    write({ telemetry: { sequence } }) {
      const write = { ...Promise.withResolvers<void>(), sequence };
      writes.push(write);
      return write.promise;
    },
    close() {
      closed = true;
    },
  };
  return { runner: new SinkRunner(sink, log), writes, lines, isClosed: () => closed };
}

Deno.test("writes one snapshot at a time, and then only the newest of those that came", async () => {
  const { runner, writes } = createSlowSink();
  for (let sequence = 1; sequence <= 5; sequence++) runner.write(snapshot(sequence));
  assert.deepEqual(writes.map(({ sequence }) => sequence), [1]);
  writes[0]?.resolve();
  await settle();
  assert.deepEqual(writes.map(({ sequence }) => sequence), [1, 5]);
  runner.write(snapshot(6));
  writes[1]?.resolve();
  await settle();
  assert.deepEqual(writes.map(({ sequence }) => sequence), [1, 5, 6]);
});

Deno.test("writes the last snapshot before it closes the sink", async () => {
  const { runner, writes, isClosed } = createSlowSink();
  runner.write(snapshot(1));
  runner.write(snapshot(2));
  const closed = runner.close();
  writes[0]?.resolve();
  await settle();
  assert.deepEqual([writes.length, isClosed()], [2, false]);
  writes[1]?.resolve();
  await closed;
  assert.equal(isClosed(), true);
});

Deno.test("tells a failure once while its reason stays the same, and its end", async () => {
  const { runner, writes, lines } = createSlowSink();
  for (const [index, reason] of ["disk full", "disk full", "no permission", null].entries()) {
    runner.write(snapshot(index));
    if (reason === null) writes[index]?.resolve();
    else writes[index]?.reject(new Error(reason));
    await settle();
    assert.deepEqual(
      runner.notices().map(({ message }) => message),
      reason === null ? [] : [reason],
    );
  }
  assert.deepEqual(lines.map((line) => line.split(" | ")[0]), [
    "error: slow: disk full",
    "error: slow: no permission",
    "info: slow: works again.",
  ]);
});

Deno.test("bears a sink that throws, and goes on with it", () => {
  const { log, lines } = keptLog();
  const taken: number[] = [];
  const sink: Sink = {
    name: "moody",
    write({ telemetry: { sequence } }) {
      if (sequence === 2) throw new Error("not now");
      taken.push(sequence);
    },
  };
  const runner = new SinkRunner(sink, log);
  for (const sequence of [1, 2, 3]) runner.write(snapshot(sequence));
  assert.deepEqual(taken, [1, 3]);
  assert.equal(lines.length, 2);
});

Deno.test("goes on after a write that failed with another one waiting", async () => {
  const { runner, writes } = createSlowSink();
  runner.write(snapshot(1));
  runner.write(snapshot(2));
  writes[0]?.reject(new Error("disk full"));
  await settle();
  assert.deepEqual(writes.map(({ sequence }) => sequence), [1, 2]);
});
