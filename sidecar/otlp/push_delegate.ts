/**
 * What carries OpenTelemetry's exporter's requests. The library's own way tries five times and then
 * drops; here each request is tried once, and what became of it is told: the history keeps the
 * figures until they are taken.
 */
import type { IOtlpExportDelegate } from "@opentelemetry/otlp-exporter-base";
import { JsonMetricsSerializer, ProtobufMetricsSerializer } from "@opentelemetry/otlp-transformer";
import type { ResourceMetrics } from "@opentelemetry/sdk-metrics";
import type { Config } from "../../shared/config.ts";
import { VERSION } from "../version.ts";
import { readAnswer } from "./answer.ts";
import { describeFailure } from "./push_answer.ts";
import { outcomeOf, type PushOutcome } from "./push_outcome.ts";
import type { PushTarget } from "./push_target.ts";

/** What a delegate needs. */
export interface PushDelegateOptions {
  target: PushTarget;
  protocol: Config["grafana"]["protocol"];
  fetch: (url: URL, init: RequestInit) => Promise<Response>;
  /** Unix milliseconds. */
  now(): number;
  /** Ends what is under way. */
  signal: AbortSignal;
  deadlineMs: number;
  /** Told what became of each push. */
  settled(outcome: PushOutcome): void;
}

/** Prometheus compares the type exactly: nothing may come after it. */
const FORMATS = {
  "http/protobuf": { type: "application/x-protobuf", serializer: ProtobufMetricsSerializer },
  "http/json": { type: "application/json", serializer: JsonMetricsSerializer },
} as const;

const UNWRITABLE = "A figure cannot be written in this protocol and is left out.";

/** `ExportResultCode` of @opentelemetry/core. */
const SUCCESS = 0;
const FAILED = 1;

/** Makes it. */
export function createPushDelegate(
  options: PushDelegateOptions,
): IOtlpExportDelegate<ResourceMetrics> {
  let last = Promise.resolve();
  return {
    export(metrics, done) {
      last = push(metrics, options).then((outcome) => {
        options.settled(outcome);
        if (outcome.kind === "accepted") done({ code: SUCCESS });
        else done({ code: FAILED, error: new Error(outcome.message) });
      });
    },
    forceFlush: () => last,
    shutdown: () => last,
    setMetrics() {},
  };
}

async function push(
  metrics: ResourceMetrics,
  { target, protocol, fetch, now, signal, deadlineMs }: PushDelegateOptions,
): Promise<PushOutcome> {
  const { place, authorization, headers } = target;
  const { type, serializer } = FORMATS[protocol];
  const bytes = written(metrics, serializer);
  if (bytes === null) return { kind: "refused", isTooOld: false, message: UNWRITABLE };
  try {
    const response = await fetch(place.url, {
      method: "POST",
      headers: {
        ...Object.fromEntries(headers),
        "content-type": type,
        "content-encoding": "gzip",
        "user-agent": `obs-telemetry-bridge/${VERSION}`,
        ...(authorization === null ? {} : { authorization }),
      },
      body: await gzip(bytes),
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]),
    });
    return outcomeOf({
      response,
      answer: await readAnswer(response),
      rejectedOf: (bytes) => rejectedIn(bytes, serializer),
      host: place.host,
      protocol,
      withToken: authorization !== null,
      now: now(),
      newestMs: newestIn(metrics),
    });
  } catch (error) {
    const { host, url: { port } } = place;
    const { message } = describeFailure(error, { host, port, deadlineMs });
    return { kind: "busy", waitMs: null, message };
  }
}

/** A request's bytes; null if one of its figures is none that can be written. */
function written(
  metrics: ResourceMetrics,
  { serializeRequest }: Pick<typeof ProtobufMetricsSerializer, "serializeRequest">,
): Uint8Array | null {
  try {
    return serializeRequest(metrics) ?? new Uint8Array();
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return null;
    throw error;
  }
}

/** Figures that the backend left out (OTLP/HTTP, "Partial Success"); 0 if the answer is unclear. */
function rejectedIn(
  bytes: Uint8Array,
  serializer: Pick<typeof ProtobufMetricsSerializer, "deserializeResponse">,
): number {
  try {
    const rejected = Number(
      serializer.deserializeResponse(bytes).partialSuccess?.rejectedDataPoints ?? 0,
    );
    return Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0;
  } catch {
    return 0;
  }
}

/** When the newest figure is from, Unix milliseconds. */
function newestIn({ scopeMetrics }: ResourceMetrics): number {
  let newestS = 0;
  for (const { metrics } of scopeMetrics) {
    for (const { dataPoints } of metrics) {
      for (const { endTime: [seconds] } of dataPoints) newestS = Math.max(newestS, seconds);
    }
  }
  return newestS * 1000;
}

async function gzip(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([new Uint8Array(bytes)]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
