import assert from "node:assert/strict";
import { OTLP_METRICS } from "../../sidecar/otlp/otlp_metrics.ts";
import type { MetricSource } from "../../sidecar/otlp/otlp_metric.ts";
import { exampleTelemetry } from "../api/example_telemetry.ts";

/** A machine of which everything is known, with a card, a stream and a recording. */
function wholeSource(): MetricSource {
  const firing = { info: 0, warning: 0, error: 0, critical: 0 };
  return { ...exampleTelemetry(), firing, sessionStartMs: 1_790_000_000_000 };
}

Deno.test("makes as many series as the README says that they cost", async () => {
  const source = wholeSource();
  const readings = OTLP_METRICS.flatMap((metric) => metric.read(source));
  const count = (matches: (attributes: Readonly<Record<string, string>>) => boolean): number =>
    readings.filter(({ attributes }) => matches(attributes)).length;
  const card = count((attributes) => "hw.id" in attributes);
  const stream = count(({ output }) => output === "simple_stream");
  const recording = count(({ output }) => output === "simple_file_output");
  const rest = readings.length - card - stream - recording;
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const told = `up to ${rest} series for OBS and the machine, ${card} for a graphics card, ` +
    `${stream} for each stream and ${recording} for a recording.`;
  assert.ok(readme.replaceAll(/\s+/g, " ").includes(told), told);
});

Deno.test("tells bytes as counters: of each output, and of the network each way by itself", () => {
  const source = wholeSource();
  const read = (name: string) => {
    const metric = OTLP_METRICS.find((candidate) => candidate.name === name);
    assert.deepEqual([metric?.kind, metric?.unit, metric?.isWhole], ["sum", "By", true]);
    return metric?.read(source) ?? [];
  };
  assert.deepEqual(
    read("obs.output.io").map(({ value, origin }) => [value, origin]),
    [[3_622_000_000, "simple_stream"], [3_622_000_000, "simple_file_output"]],
  );
  const network = read("system.network.io");
  assert.deepEqual(
    network.map(({ value, attributes }) => [value, attributes["network.io.direction"]]),
    [[3_900_000_000, "transmit"], [410_000_000, "receive"]],
  );
  // One of them that begins anew must not set the other's start.
  assert.equal(new Set(network.map(({ origin }) => origin)).size, 2);
  const less = { ...source, network: { ...source.network, sent_bytes: null } };
  assert.equal(
    OTLP_METRICS.find(({ name }) => name === "system.network.io")?.read(less).length,
    1,
  );
});
