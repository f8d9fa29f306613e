import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import { createHistoryFeed, type HistoryFeed } from "../../dock/models/history_feed.ts";
import type { LinkState } from "../../dock/models/link.ts";
import { sparkPath } from "../../dock/models/spark.ts";
import type { ConfigEvent, History } from "../../shared/api.ts";
import type { Telemetry } from "../../shared/telemetry.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";
import { settle } from "./fake_timers.ts";

const START = 1_790_000_000_000;
const BITRATE = "obs.outputs.simple_stream.bitrate_kbps";

class Source {
  readonly state = signal<LinkState>({ kind: "connecting" });
  readonly telemetry = signal<Telemetry | null>(null);
  readonly config = signal<ConfigEvent | null>(null);
  readonly asked: string[] = [];
  answer: (metric: string) => Promise<History | null> = () => Promise.resolve(null);
  readonly feed: HistoryFeed = createHistoryFeed({
    link: this,
    load: (metric) => {
      this.asked.push(metric);
      return this.answer(metric);
    },
  });

  show(sequence: number, ms: number): void {
    this.telemetry.value = exampleTelemetry({ sequence, written_at_ms: START + ms });
    this.state.value = { kind: "live" };
  }

  bitrates(count: number): (number | null)[] {
    const into: (number | null)[] = new Array(count).fill(null);
    this.feed.ring.read(BITRATE, { reading: "mean", into });
    return into;
  }
}

function history(metric: string): History {
  return { metric, unit: "1", points: [[START - 4000, 1, 2, 3], [START - 2000, 4, 5, 6]] };
}

Deno.test("asks once for every figure when the link comes to life, then lives on snapshots", async () => {
  const source = new Source();
  source.answer = (metric) => Promise.resolve(history(metric));
  source.show(1, 0);
  await settle();
  assert.equal(source.asked.length, 10);
  assert.equal(source.asked[0], BITRATE);
  source.show(2, 2000);
  await settle();
  assert.equal(source.asked.length, 10);
  assert.deepEqual(source.bitrates(5), [null, 2, 5, 5987, 5987]);
  source.feed.close();
});

Deno.test("asks for the past of an output that comes up later, once", async () => {
  const source = new Source();
  source.answer = (metric) => Promise.resolve(history(metric));
  const { obs } = exampleTelemetry();
  const outputs = { obs: { ...obs, outputs: [] } };
  source.telemetry.value = exampleTelemetry({ sequence: 1, written_at_ms: START, ...outputs });
  source.state.value = { kind: "live" };
  await settle();
  assert.equal(source.asked.includes(BITRATE), false);
  source.show(2, 2000);
  source.show(3, 2500);
  await settle();
  assert.deepEqual(source.asked.filter((metric) => metric === BITRATE), [BITRATE]);
  assert.deepEqual(source.bitrates(4), [2, 5, null, 5987]);
  source.feed.close();
});

Deno.test("asks again when the link comes back, and marks what nobody knows as a gap", async () => {
  const source = new Source();
  source.show(1, 0);
  await settle();
  source.state.value = { kind: "down" };
  source.show(2, 8000);
  await settle();
  assert.equal(source.asked.length, 20);
  assert.deepEqual(source.bitrates(5), [5987, null, null, null, 5987]);
  source.feed.close();
});

Deno.test("goes on without history where the sidecar fails to give it", async () => {
  const source = new Source();
  source.answer = () => Promise.reject(new TypeError("network error"));
  source.show(1, 0);
  await settle();
  assert.deepEqual(source.bitrates(2), [null, 5987]);
  source.feed.close();
});

Deno.test("asks no further once it was refused or the link is gone, until the link is back", async () => {
  const source = new Source();
  source.answer = () => Promise.reject(new Error("refused"));
  source.show(1, 0);
  await settle();
  assert.equal(source.asked.length, 1);
  source.state.value = { kind: "refused", status: 401, detail: "" };
  source.answer = (metric) => {
    if (source.asked.length === 3) source.state.value = { kind: "down" };
    return Promise.resolve(history(metric));
  };
  source.show(2, 2000);
  await settle();
  assert.equal(source.asked.length, 3);
  source.show(3, 4000);
  await settle();
  assert.equal(source.asked.length, 13);
  source.feed.close();
});

Deno.test("a repeated snapshot counts once, and its version moves with buckets only", () => {
  const source = new Source();
  source.show(1, 0);
  const { version } = source.feed;
  const before = version.value;
  source.show(1, 0);
  source.show(2, 500);
  assert.equal(version.value, before);
  source.show(3, 2000);
  assert.equal(version.value, before + 1);
  source.feed.close();
});

Deno.test("knows an output for 15 minutes after it is gone", () => {
  const source = new Source();
  source.show(1, 0);
  const { obs } = exampleTelemetry();
  const gone = { obs: { ...obs, outputs: [] } };
  const names = () => [...source.feed.outputs.values()].map(({ name }) => name);
  for (const [sequence, ms] of [[2, 2000], [3, 898_000], [4, 900_000]] as const) {
    source.telemetry.value = exampleTelemetry({ sequence, written_at_ms: START + ms, ...gone });
    assert.deepEqual(names(), ms < 900_000 ? ["Twitch"] : []);
  }
  source.feed.close();
});

Deno.test("asks no more after it was closed", async () => {
  const source = new Source();
  source.show(1, 0);
  source.feed.close();
  await settle();
  assert.equal(source.asked.length, 1);
  source.show(2, 2000);
  assert.deepEqual(source.bitrates(2), [null, 5987]);
});

Deno.test("a spark breaks at a gap and shows a lone figure as a dot", async () => {
  const source = new Source();
  source.show(1, 0);
  await settle();
  source.state.value = { kind: "down" };
  source.show(2, 8000);
  source.show(3, 8500);
  source.show(4, 10_000);
  const path = sparkPath(source.feed.ring, { outputId: "simple_stream", targetKbps: 6000 });
  assert.match(path, /^M84 \d+\.\dh\.01M88 \d+\.\dh\.01L89 \d+\.\d$/);
  assert.equal(sparkPath(source.feed.ring, { outputId: "other", targetKbps: null }), "");
  source.feed.close();
});
