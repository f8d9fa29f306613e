import assert from "node:assert/strict";
import { createLiveStream, type Subscription } from "../../sidecar/sinks/live.ts";
import type { Snapshot } from "../../sidecar/sinks/sink.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";

function snapshot(sequence: number): Snapshot {
  const telemetry = exampleTelemetry({ sequence });
  return { telemetry, json: new TextEncoder().encode(JSON.stringify(telemetry)) };
}

async function nextText(subscription: Subscription): Promise<string | null> {
  const frame = await subscription.next();
  return frame === null ? null : new TextDecoder().decode(frame);
}

/** Joins and reads the settings that come first. */
async function join(live: ReturnType<typeof createLiveStream>): Promise<Subscription> {
  const subscription = live.subscribe();
  assert.match(await nextText(subscription) ?? "", /^event: config\n/);
  return subscription;
}

Deno.test("tells a new client the tick, then the latest snapshot, at once", async () => {
  const live = createLiveStream({
    config: () => ({ build: "b", tick_ms: 250, theme: "dark", version: "v1" }),
  });
  live.write(snapshot(6));
  live.write(snapshot(7));
  const subscription = live.subscribe();
  assert.equal(
    await nextText(subscription),
    'event: config\nid: config-1\ndata: {"build":"b","tick_ms":250,"theme":"dark","version":"v1"}\n\n',
  );
  assert.equal(
    await nextText(subscription),
    `event: telemetry\nid: 7\ndata: ${JSON.stringify(exampleTelemetry({ sequence: 7 }))}\n\n`,
  );
});

Deno.test("makes one frame for all clients", async () => {
  const live = createLiveStream();
  const [first, second] = [await join(live), await join(live)];
  live.write(snapshot(1));
  assert.equal(await first.next(), await second.next());
});

Deno.test("wakes a client that waits", async () => {
  const live = createLiveStream();
  const subscription = await join(live);
  const waiting = nextText(subscription);
  live.write(snapshot(3));
  assert.match(await waiting ?? "", /^event: telemetry\nid: 3\n/);
});

Deno.test("keeps only the newest snapshot for a client that does not read", async () => {
  const live = createLiveStream();
  const subscription = await join(live);
  for (let sequence = 1; sequence <= 1000; sequence++) live.write(snapshot(sequence));
  assert.match(await nextText(subscription) ?? "", /\nid: 1000\n/);
  const waiting = nextText(subscription);
  live.write(snapshot(1001));
  assert.match(await waiting ?? "", /\nid: 1001\n/);
});

Deno.test("keeps at most 64 events for a client that does not read, the newest ones", async () => {
  const live = createLiveStream();
  const subscription = await join(live);
  for (let number = 1; number <= 200; number++) live.publish("alert", { number });
  live.write(snapshot(1));
  const numbers: number[] = [];
  for (;;) {
    const text = await nextText(subscription) ?? "";
    if (text.startsWith("event: telemetry")) break;
    numbers.push(JSON.parse(text.split("data: ")[1] ?? "").number);
  }
  assert.deepEqual(numbers, Array.from({ length: 64 }, (_, index) => 137 + index));
});

Deno.test("keeps hostile text inside its frame", async () => {
  const live = createLiveStream();
  const subscription = await join(live);
  live.publish("alert", { message: "a\n\nevent: config\ndata: {}\r\n\r\n\u2028b" });
  const text = await nextText(subscription) ?? "";
  assert.equal(text.trimEnd().split(/[\r\n]/).length, 3);
});

Deno.test("ends all streams, and lets clients come back", async () => {
  const live = createLiveStream();
  const [waiting, idle] = [await join(live), await join(live)];
  const pending = waiting.next();
  live.endStreams();
  assert.equal(await pending, null);
  assert.equal(await idle.next(), null);
  assert.equal(live.subscribers(), 0);
  live.write(snapshot(1));
  const again = await join(live);
  assert.match(await nextText(again) ?? "", /\nid: 1\n/);
});

Deno.test("has no streams after close", async () => {
  const live = createLiveStream();
  const subscription = await join(live);
  await live.close?.();
  assert.equal(await subscription.next(), null);
  assert.equal(await live.subscribe().next(), null);
  assert.equal(live.subscribers(), 0);
});

Deno.test("forgets a client that left", async () => {
  const live = createLiveStream();
  const subscription = await join(live);
  subscription.close();
  assert.equal(live.subscribers(), 0);
  live.write(snapshot(1));
  assert.equal(await subscription.next(), null);
});
