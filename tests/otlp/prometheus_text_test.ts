import assert from "node:assert/strict";
import fc from "fast-check";
import { prometheusText } from "../../sidecar/otlp/prometheus_text.ts";
import { parseExposition } from "./prometheus_parser.ts";

const GAUGE = {
  name: "obs.fps",
  description: "Frames.",
  unit: "{frame}/s",
  kind: "gauge",
} as const;

Deno.test("figures are written with HELP and TYPE, metric by metric", () => {
  const text = prometheusText([
    { ...GAUGE, points: [{ attributes: { streamer: "Mia" }, value: 59.94 }] },
    {
      name: "obs.output.frames",
      description: "Frames of an output.",
      unit: "{frame}",
      kind: "sum",
      points: [
        { attributes: { "obs.output.id": "simple_stream" }, value: 12 },
        { attributes: { "obs.output.id": "rec", active: true }, value: 1e21 },
      ],
    },
  ]);
  assert.equal(
    text,
    `# HELP obs_fps_per_second Frames.
# TYPE obs_fps_per_second gauge
obs_fps_per_second{streamer="Mia"} 59.94
# HELP obs_output_frames_total Frames of an output.
# TYPE obs_output_frames_total counter
obs_output_frames_total{obs_output_id="simple_stream"} 12
obs_output_frames_total{obs_output_id="rec",active="true"} 1e+21
`,
  );
});

Deno.test("a metric without figures is not named", () => {
  assert.equal(prometheusText([{ ...GAUGE, points: [] }]), "");
});

Deno.test("figures that are no finite number are written as Go reads them", () => {
  const points = [NaN, Infinity, -Infinity].map((value, i) => ({ attributes: { i }, value }));
  const { samples } = parseExposition(prometheusText([{ ...GAUGE, points }]));
  assert.deepEqual(samples.map(({ value }) => value), [NaN, Infinity, -Infinity]);
});

Deno.test("any text in a label or a description, and any number, comes back as it was", () => {
  const text = fc.string({ unit: fc.constantFrom("\\", '"', "\n", "n", "}", ",", " ", "ü", "😀") });
  fc.assert(
    fc.property(text, text, fc.double({ noNaN: true }), (label, description, value) => {
      const written = prometheusText([
        { ...GAUGE, description, points: [{ attributes: { "a.b": label }, value }] },
      ]);
      const read = parseExposition(written);
      assert.equal(read.help.get("obs_fps_per_second"), description);
      assert.deepEqual(read.samples, [
        { name: "obs_fps_per_second", labels: { a_b: label }, value: value + 0 },
      ]);
    }),
  );
});
