/** What crosses between the sidecar's HTTP API and the dock. */
import * as v from "valibot";
import type { AlertRecord } from "./alert.ts";
import type { Config, PlatformConfig } from "./config.ts";

/** Name of an event of the live stream `GET /api/v1/events`. */
export type EventName = "telemetry" | "alert" | "preflight" | "config" | "session";

/** Data of a `config` event: first on every stream, and again whenever it changes. */
export interface ConfigEvent {
  /**
   * `BUILD_ID` of the sidecar. A dock of the same build knows the shape of all that follows, and of
   * every answer; another one has to be loaded again.
   */
  build: string;
  /** Milliseconds between two snapshots (`bridge_update_rate`). */
  tick_ms: number;
  /** Which look the dock takes: the user's choice, else that of OBS's own theme. */
  theme: "dark" | "light";
  /** Version of the settings in force, as `GET /api/v1/config` gives it in `ETag`. */
  version: string;
}

/**
 * Data of an `alert` event: an alert fires, is worse than it ever was (`firing` again), or is over.
 */
export interface AlertEvent {
  state: "firing" | "resolved";
  /** As it is remembered: at its worst. */
  alert: AlertRecord;
}

/**
 * How a secret shows in the settings: its value never does. Not set, too, while the vault cannot be
 * opened; the list of credentials then tells why.
 */
export interface SecretState {
  set: boolean;
}

/**
 * Answer of `GET /api/v1/config`: every setting, and for every secret whether it is set, in the
 * section that it belongs to. `PUT` takes the same or a part of it: what is missing stays as it
 * is, null is "back to the default", and what tells of secrets changes nothing. `ETag` is the
 * version; a `PUT` with `If-Match` is refused with 412 when the file has another one by now.
 */
export type ConfigDocument = Omit<Config, "obs" | "grafana" | "notify" | "platforms"> & {
  obs: Config["obs"] & { password: SecretState };
  grafana: Config["grafana"] & {
    api_url: SecretState;
    api_token: SecretState;
    api_headers: SecretState;
  };
  notify: Config["notify"] & { webhook_url: SecretState };
  platforms: Record<string, PlatformConfig & { stream_key: SecretState }>;
};

/** What may be told of a secret. */
export const CredentialSchema = v.object({
  id: v.string(),
  /** The host that it is sent to; null if its value is the address itself. */
  host: v.nullable(v.string()),
  /** Whether it is used now: false after a change of the host, until it is set again. */
  usable: v.boolean(),
  /** Unix milliseconds. */
  created_at: v.number(),
  /** Unix milliseconds; null if it never was. */
  last_used: v.nullable(v.number()),
});

/** What may be told of a secret. */
export type Credential = v.InferOutput<typeof CredentialSchema>;

/** Answer of `GET /api/v1/credentials`. */
export const CredentialsSchema = v.object({
  credentials: v.array(CredentialSchema),
});

/** Answer of `GET /api/v1/credentials`. */
export type CredentialsAnswer = v.InferOutput<typeof CredentialsSchema>;

/** Body of `PUT /api/v1/credentials/{id}`; answered with 204. */
export interface NewCredential {
  value: string;
}

/** Answer of `POST /api/v1/tests/obs` and `/metrics`: how a test of a connection went. */
export interface TestResult {
  ok: boolean;
  /** What was found, or what is wrong and what to do. */
  message: string;
}

/** A figure within a span of time: Unix ms of its start, least, mean, most. */
export const HistoryPointSchema = v.tuple([v.number(), v.number(), v.number(), v.number()]);

/** A figure within a span of time. */
export type HistoryPoint = v.InferOutput<typeof HistoryPointSchema>;

/** Answer of `GET /api/v1/history?metric=…&from=…&to=…&points=N`, oldest point first. */
export const HistorySchema = v.object({
  /** Dotted path in bridge.json, an output by its id: `obs.outputs.simple_stream.bitrate_kbps`. */
  metric: v.string(),
  /** Unit in UCUM: `kbit/s`, `%`. */
  unit: v.string(),
  points: v.array(HistoryPointSchema),
});

/** One figure over time. */
export type History = v.InferOutput<typeof HistorySchema>;

/** Most event streams that the API keeps open at once. */
export const MAX_EVENT_STREAMS = 8;

/** An error, as RFC 9457 `application/problem+json` has it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  /** What went wrong here and what to do. */
  detail: string;
  /** Of refused settings: every problem. */
  problems?: readonly SettingProblem[];
}

/** What is wrong with a setting. */
export interface SettingProblem {
  /** `engine.log_level`; null if it is about the whole. */
  key: string | null;
  message: string;
}
