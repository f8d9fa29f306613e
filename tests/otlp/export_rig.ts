/** A drain with a history that is fed by hand, a scripted backend, and pauses that a test ends. */
import { defaultConfig } from "../../shared/config.ts";
import { Drain } from "../../sidecar/otlp/drain.ts";
import type { PushTarget } from "../../sidecar/otlp/push_target.ts";
import { historyRig } from "../history/history_rig.ts";
import { until } from "../peers/until.ts";

/** A point as it arrived. */
export interface ArrivedPoint {
  metric: string;
  atMs: number;
  startMs: number;
  value: number;
  attributes: Record<string, string>;
}

/** A request as it arrived. */
export interface ArrivedRequest {
  headers: Headers;
  bytes: number;
  resource: Record<string, string>;
  points: ArrivedPoint[];
}

/** What the backend says to a request. */
export type Answer = (request: ArrivedRequest) => Response | Promise<Response>;

/** Takes everything. */
export const TAKES: Answer = () => Response.json({});

export const STREAMER = { name: "Anna", id: "id-1", hostName: "pc", os: "linux" } as const;

const TARGET: PushTarget = {
  place: { url: new URL("https://backend.test/otlp/v1/metrics"), host: "backend.test" },
  authorization: "Bearer canary-token",
  headers: [["x-scope-orgid", "team"]],
};

/** A pause that lasts until the test ends it; short ones between requests end by themselves. */
class HeldPause {
  readonly lengths: number[] = [];
  #end: (() => void) | null = null;

  for(ms: number): Promise<void> {
    if (ms <= 200) return Promise.resolve();
    this.lengths.push(ms);
    return new Promise((resolve) => this.#end = resolve);
  }

  get isHeld(): boolean {
    return this.#end !== null;
  }

  end(): void {
    const end = this.#end;
    this.#end = null;
    end?.();
  }
}

/** Makes one. The history is there already; nothing is sent before `begin`. */
export async function exportRig() {
  const history = await historyRig();
  const settings = { ...defaultConfig().grafana, protocol: "http/json" as const };
  const streamer = { ...STREAMER, name: String(STREAMER.name) };
  const requests: ArrivedRequest[] = [];
  let answer = TAKES;
  let pause = new HeldPause();
  let drain: Drain | null = null;

  async function send(_url: URL, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers);
    const body = init.body as Uint8Array<ArrayBuffer>;
    const text = await new Response(
      new Blob([body]).stream().pipeThrough(new DecompressionStream("gzip")),
    ).text();
    const request = { headers, bytes: body.length, ...readRequest(text) };
    requests.push(request);
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    init.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    return await Promise.race([answer(request), aborted]);
  }

  const rig = {
    history,
    settings,
    streamer,
    requests,
    get pauses() {
      return pause.lengths;
    },
    get state() {
      return drain?.state;
    },
    /** So many rows of 5 s. */
    rows(count: number, change?: Parameters<typeof history.tick>[0]) {
      for (let tick = 0; tick < count * 10; tick++) history.tick(change);
      history.writer.flush();
    },
    answers(next: Answer) {
      answer = next;
    },
    /** Starts a drain, as after the start of the sidecar; waits until it waits. */
    async begin() {
      rig.start();
      await rig.held();
    },
    /** Starts a drain. */
    start() {
      pause = new HeldPause();
      drain = new Drain(TARGET, {
        database: history.database,
        writer: history.writer,
        settings: () => settings,
        streamer: () => streamer,
        fetch: send,
        clock: history.time,
        random: () => 0,
        log: {
          info: (m) => history.lines.push(m),
          warn: (m) => history.lines.push(m),
          error: (m, e) => history.lines.push(`${m} ${e}`),
        },
        pause,
      });
    },
    held: () => until(() => pause.isHeld, { what: "the drain waits" }),
    /** Ends the pause; waits until the next one. */
    async goOn() {
      pause.end();
      await rig.held();
    },
    wake: () => drain?.wake(),
    /** Ends it, as the end of the sidecar does. */
    async end() {
      const stopped = drain?.stop();
      pause.end();
      await stopped;
      drain = null;
    },
    async [Symbol.asyncDispose]() {
      await rig.end();
      await history[Symbol.asyncDispose]();
    },
  };
  return rig;
}

interface JsonPoint {
  startTimeUnixNano: string;
  timeUnixNano: string;
  asDouble?: number;
  asInt?: string | number;
  attributes: JsonAttribute[];
}

interface JsonAttribute {
  key: string;
  value: { stringValue: string };
}

interface JsonMetric {
  name: string;
  sum?: { dataPoints: JsonPoint[] };
  gauge?: { dataPoints: JsonPoint[] };
}

function readRequest(text: string): Pick<ArrivedRequest, "resource" | "points"> {
  const { resourceMetrics: [first] } = JSON.parse(text) as {
    resourceMetrics: {
      resource: { attributes: JsonAttribute[] };
      scopeMetrics: { metrics: JsonMetric[] }[];
    }[];
  };
  const metrics = first?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? [];
  return {
    resource: read(first?.resource.attributes ?? []),
    points: metrics.flatMap(({ name, sum, gauge }) =>
      (sum ?? gauge)?.dataPoints.map((point) => ({
        metric: name,
        atMs: Number(BigInt(point.timeUnixNano) / 1_000_000n),
        startMs: Number(BigInt(point.startTimeUnixNano) / 1_000_000n),
        value: Number(point.asDouble ?? point.asInt),
        attributes: read(point.attributes),
      })) ?? []
    ),
  };
}

function read(attributes: readonly JsonAttribute[]): Record<string, string> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));
}

/** The moments that arrived, in order of arrival. */
export function momentsOf(requests: readonly ArrivedRequest[]): number[] {
  return requests.flatMap(({ points }) => [...new Set(points.map(({ atMs }) => atMs))]);
}
