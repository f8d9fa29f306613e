import {
  AggregationTemporalityPreference,
  OTLPMetricExporterBase,
} from "@opentelemetry/exporter-metrics-otlp-http";
import type { ResourceMetrics } from "@opentelemetry/sdk-metrics";
import { createPushDelegate, type PushDelegateOptions } from "./push_delegate.ts";
import type { PushOutcome } from "./push_outcome.ts";

/** Sends a request and tells what became of it. One at a time. */
export type Push = (metrics: ResourceMetrics) => Promise<PushOutcome>;

/** OpenTelemetry's exporter for a backend, which takes cumulative counters. */
export function openPush(options: Omit<PushDelegateOptions, "settled">): Push {
  let settled: PushOutcome | null = null;
  const delegate = createPushDelegate({ ...options, settled: (outcome) => settled = outcome });
  const exporter = new OTLPMetricExporterBase(delegate, {
    temporalityPreference: AggregationTemporalityPreference.CUMULATIVE,
  });
  return (metrics) =>
    new Promise((resolve, reject) =>
      exporter.export(metrics, ({ error }) => {
        if (settled === null) reject(error ?? new Error("The exporter told no outcome"));
        else resolve(settled);
      })
    );
}
