/** Metrics of the machine: CPU, memory, disk, network and graphics cards. */
import type { Gpu } from "../../shared/telemetry.ts";
import { BYTES_PER_GIB, BYTES_PER_MIB, type Known, one } from "./metric_values.ts";
import type { MetricAttributes, MetricSource, OtlpMetric } from "./otlp_metric.ts";

type Described = Pick<OtlpMetric, "unit" | "description"> & { isWhole?: boolean };

interface Part {
  value: Known;
  factor?: number;
  attributes?: MetricAttributes;
}

const TRANSMIT = { "network.io.direction": "transmit" };
const RECEIVE = { "network.io.direction": "receive" };

/** Metrics of the PC, its graphics cards and its network. */
export const SYSTEM_METRICS: readonly OtlpMetric[] = [
  gauge("system.cpu.utilization", {
    ...{ unit: "1", description: "Share of the machine's CPU in use." },
    of: ({ system }) => [{ value: system.cpu_usage_percent, factor: 0.01 }],
  }),
  gauge("system.memory.usage", {
    ...{ unit: "By", description: "Memory of the machine in use." },
    of: ({ system }) => [{
      value: system.memory_used_gb,
      factor: BYTES_PER_GIB,
      attributes: { "system.memory.state": "used" },
    }],
  }),
  gauge("system.memory.limit", {
    ...{ unit: "By", description: "Memory that the machine has." },
    of: ({ system }) => [{ value: system.memory_total_gb, factor: BYTES_PER_GIB }],
  }),
  gauge("system.filesystem.usage", {
    ...{ unit: "By", description: "Space of the volume that OBS records to." },
    of: ({ system }) => [{
      value: system.disk_free_gb,
      factor: BYTES_PER_GIB,
      attributes: { "system.filesystem.state": "free" },
    }],
  }),
  {
    name: "system.network.io",
    ...{ unit: "By", kind: "sum", isWhole: true },
    description: "Bytes that went through the machine's network interfaces.",
    read: ({ network }) => [
      ...one(network.sent_bytes, { attributes: TRANSMIT, origin: "network transmit" }),
      ...one(network.received_bytes, { attributes: RECEIVE, origin: "network receive" }),
    ],
  },
  ofCards("hw.gpu.utilization", {
    ...{ unit: "1", description: "Share of the graphics card in use, by what it does." },
    of: (card) => [
      task("general", card.utilization_percent),
      task("encoder", card.encoder_utilization_percent),
      task("decoder", card.decoder_utilization_percent),
    ],
  }),
  ofCards("hw.gpu.memory.usage", {
    ...{ unit: "By", description: "Memory of the graphics card in use." },
    of: (card) => [{ value: card.vram_used_mb, factor: BYTES_PER_MIB }],
  }),
  ofCards("hw.gpu.memory.limit", {
    ...{ unit: "By", description: "Memory that the graphics card has." },
    of: (card) => [{ value: card.vram_total_mb, factor: BYTES_PER_MIB }],
  }),
  ofCards("hw.temperature", {
    ...{ unit: "Cel", description: "Temperature of the graphics card." },
    of: (card) => [{ value: card.temperature_celsius }],
  }),
  ofCards("hw.power", {
    ...{ unit: "W", description: "Power that the graphics card draws." },
    of: (card) => [{ value: card.power_watts }],
  }),
  ofCards("hw.fan.speed_ratio", {
    ...{ unit: "1", description: "Speed of the graphics card's fan, of its top speed." },
    of: (card) => [{ value: card.fan_percent, factor: 0.01 }],
  }),
  ofCards("hw.gpu.clock", {
    ...{ unit: "Hz", description: "Clock of the graphics card." },
    of: (card) => [{ value: card.clock_mhz, factor: 1_000_000 }],
  }),
  ofCards("hw.gpu.throttled", {
    ...{ unit: "", description: "1 while something holds the card's clock down.", isWhole: true },
    of: ({ throttle_reasons: reasons }) => [
      { value: reasons === null ? null : Number(reasons.length > 0) },
    ],
  }),
  ofCards("hw.gpu.encoder.sessions", {
    ...{ unit: "{session}", description: "Encoder sessions on the graphics card.", isWhole: true },
    of: (card) => [{ value: card.encoder_sessions }],
  }),
  ofCards("hw.gpu.encoder.latency", {
    ...{ unit: "s", description: "Mean latency of the card's encoder sessions." },
    of: (card) => [{ value: card.encoder_latency_us, factor: 0.000001 }],
  }),
];

function gauge(
  name: string,
  { of, isWhole = false, ...described }: Described & {
    of(source: MetricSource): readonly Part[];
  },
): OtlpMetric {
  const read = (source: MetricSource) => of(source).flatMap(({ value, ...how }) => one(value, how));
  return { name, kind: "gauge", isWhole, ...described, read };
}

function ofCards(
  name: string,
  { of, ...described }: Described & { of(card: Gpu): readonly Part[] },
): OtlpMetric {
  return gauge(name, {
    ...described,
    of: ({ system }) =>
      (system.gpus ?? []).flatMap((card, i) =>
        of(card).map((part) => ({
          ...part,
          attributes: { ...cardAttributes(card, i), ...part.attributes },
        }))
      ),
  });
}

function task(name: string, value: Known): Part {
  return { value, factor: 0.01, attributes: { "hw.gpu.task": name } };
}

/** A card has no other name of its own that stays: its place among the cards is its id. */
function cardAttributes({ name, vendor }: Gpu, index: number): MetricAttributes {
  return {
    "hw.id": `gpu-${index}`,
    "hw.type": "gpu",
    ...(name === null ? {} : { "hw.name": name }),
    ...(vendor === null ? {} : { "hw.vendor": vendor }),
  };
}
