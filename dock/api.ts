/// <reference lib="dom" />
import { API_PATHS } from "../shared/api_paths.ts";
import type { AlertRecord, AlertsAnswer, AlertState } from "../shared/alert.ts";
import type {
  ConfigDocument,
  Credential,
  CredentialsAnswer,
  History,
  NewCredential,
  SettingProblem,
  TestResult,
} from "../shared/api.ts";
import type { ConfigChanges } from "../shared/config.ts";
import type { ExportState } from "../shared/export_state.ts";
import type { PreflightReport } from "../shared/preflight.ts";
import type { Session, SessionDetail, SessionsAnswer } from "../shared/session.ts";
import type { Timers } from "./models/link.ts";
import { readProblem, strangerDetail } from "./problem.ts";

/** A request that did not do what it was for. */
export class ApiError extends Error {
  override name = "ApiError";
  /** HTTP status; null if no answer came, so that nobody knows whether it was done. */
  readonly status: number | null;
  /** Of refused settings: every problem. */
  readonly problems: readonly SettingProblem[];

  constructor(
    detail: string,
    { status, problems = [], ...options }: ErrorOptions & {
      status: number | null;
      problems?: readonly SettingProblem[];
    },
  ) {
    super(detail, options);
    this.status = status;
    this.problems = problems;
  }
}

/** A connection that can be tried. */
export type TestName = "obs" | "metrics" | "notify";

/** How a session is written as a file. */
export type ExportFormat = "csv" | "json";

/** Which alerts are asked for: of a span of Unix milliseconds, in a state; else the newest. */
export interface AlertQuery {
  /** Most of them. */
  limit?: number;
  from?: number;
  to?: number;
  state?: AlertState;
}

/** The settings as they are, and the version to name when they are changed. */
export interface LoadedConfig {
  document: ConfigDocument;
  version: string;
}

/**
 * The sidecar's API, as the dock uses it. Everything rejects with `ApiError`. The answers are those
 * of a sidecar of the dock's own build: the link sees to that.
 */
export interface Api {
  readConfig(): Promise<LoadedConfig>;
  /** Status 412 if the settings are no longer of `version`, 422 if some are not allowed. */
  saveConfig(changes: ConfigChanges, version: string): Promise<void>;
  credentials(): Promise<Credential[]>;
  setCredential(id: string, value: string): Promise<void>;
  removeCredential(id: string): Promise<void>;
  /** A figure within a span of Unix milliseconds, in as many points at most. */
  history(metric: string, span: { from: number; to: number; points: number }): Promise<History>;
  /** Tries a connection now. */
  testConnection(name: TestName): Promise<TestResult>;
  /** How the export of figures fares. */
  exportState(): Promise<ExportState>;
  /** The latest report of the checks; status 404 before any. */
  preflight(): Promise<PreflightReport>;
  /** The last runs of the checks, newest first. */
  preflightRuns(): Promise<PreflightReport[]>;
  /** Starts the checks; status 409 if they run already, or if a stream forbids it. */
  startPreflight(bandwidth: boolean): Promise<void>;
  /** Stops the checks that run. */
  stopPreflight(): Promise<void>;
  /** Evenings with their outputs, newest first; `before` is the page before's `next_before`. */
  sessions(before: number | null): Promise<SessionsAnswer>;
  /** A session with its figures over time, each in as many points at most. */
  session(id: number, points: number): Promise<SessionDetail>;
  saveNotes(id: number, notes: string): Promise<Session>;
  /** Deletes an evening that is over, with its figures; status 409 while it goes on. */
  deleteSession(id: number): Promise<void>;
  /** A session as the text of a file. */
  exportSession(id: number, format: ExportFormat): Promise<string>;
  /** Alerts that are or were, newest first. */
  alerts(query: AlertQuery): Promise<AlertRecord[]>;
}

/** What the API's client needs. */
export interface ApiOptions {
  token: string;
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  timers: Timers;
}

/** What a request may take; a test of a connection waits for somebody else. */
const DEADLINE_MS = 10_000;
const TEST_DEADLINE_MS = 40_000;

interface Ask {
  method: "GET" | "PUT" | "PATCH" | "DELETE" | "POST";
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  deadlineMs?: number;
}

/** Makes the API's client. */
export function createApi({ token, fetch, timers }: ApiOptions): Api {
  /** Asks, and reads the answer with `read` before the deadline is over. */
  async function ask<T>(
    { method, path, body, headers = {}, deadlineMs = DEADLINE_MS }: Ask,
    read: (answer: Response) => T | Promise<T>,
  ): Promise<T> {
    const abort = new AbortController();
    const timer = timers.setTimeout(() => abort.abort(), deadlineMs);
    try {
      const answer = await fetch(path, {
        method,
        headers: {
          ...headers,
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        signal: abort.signal,
      });
      if (!answer.ok) throw await refusal(answer);
      return await read(answer);
    } catch (cause) {
      if (cause instanceof ApiError) throw cause;
      if (cause instanceof SyntaxError) {
        const detail = "The sidecar is of another version than this page. Reload the dock.";
        throw new ApiError(detail, { status: null, cause });
      }
      const detail = abort.signal.aborted
        ? `The sidecar has not answered within ${deadlineMs / 1000} s. Try again.`
        : "The sidecar cannot be reached. Start it, then try again.";
      throw new ApiError(detail, { status: null, cause });
    } finally {
      timers.clearTimeout(timer);
    }
  }

  const credentialPath = (id: string): string =>
    `${API_PATHS.credentials}/${encodeURIComponent(id)}`;

  return {
    readConfig: () =>
      ask({ method: "GET", path: API_PATHS.config }, async (answer) => ({
        document: await answer.json() as ConfigDocument,
        version: versionOf(answer),
      })),
    saveConfig: (changes, version) =>
      ask({
        method: "PUT",
        path: API_PATHS.config,
        body: changes,
        headers: { "if-match": `"${version}"` },
      }, discard),
    credentials: () =>
      ask(
        { method: "GET", path: API_PATHS.credentials },
        async (answer) => (await answer.json() as CredentialsAnswer).credentials,
      ),
    setCredential: (id, value) =>
      ask({
        method: "PUT",
        path: credentialPath(id),
        body: { value } satisfies NewCredential,
      }, discard),
    removeCredential: (id) => ask({ method: "DELETE", path: credentialPath(id) }, discard),
    history: (metric, { from, to, points }) =>
      ask({
        method: "GET",
        path: `${API_PATHS.history}?metric=${encodeURIComponent(metric)}` +
          `&from=${from}&to=${to}&points=${points}`,
      }, json<History>),
    testConnection: (name) =>
      ask({
        method: "POST",
        path: `${API_PATHS.tests}/${name}`,
        body: {},
        deadlineMs: TEST_DEADLINE_MS,
      }, json<TestResult>),
    exportState: () => ask({ method: "GET", path: API_PATHS.export }, json<ExportState>),
    preflight: () => ask({ method: "GET", path: API_PATHS.preflight }, json<PreflightReport>),
    preflightRuns: () =>
      ask(
        { method: "GET", path: `${API_PATHS.preflight}/runs` },
        async (answer) => (await answer.json() as { runs: PreflightReport[] }).runs,
      ),
    startPreflight: (bandwidth) =>
      ask({ method: "POST", path: API_PATHS.preflight, body: { bandwidth } }, discard),
    stopPreflight: () => ask({ method: "DELETE", path: API_PATHS.preflight }, discard),
    sessions: (before) => {
      const path = before === null ? API_PATHS.sessions : `${API_PATHS.sessions}?before=${before}`;
      return ask({ method: "GET", path }, json<SessionsAnswer>);
    },
    session: (id, points) =>
      ask(
        { method: "GET", path: `${API_PATHS.sessions}/${id}?points=${points}` },
        json<SessionDetail>,
      ),
    saveNotes: (id, notes) =>
      ask({ method: "PATCH", path: `${API_PATHS.sessions}/${id}`, body: { notes } }, json<Session>),
    deleteSession: (id) => ask({ method: "DELETE", path: `${API_PATHS.sessions}/${id}` }, discard),
    exportSession: (id, format) =>
      ask(
        { method: "GET", path: `${API_PATHS.sessions}/${id}/export?format=${format}` },
        (answer) => answer.text(),
      ),
    alerts: async (query) => {
      const pairs = Object.entries(query).map(([name, value]) => `${name}=${value}`);
      const path = [API_PATHS.alerts, pairs.join("&")].filter(Boolean).join("?");
      return (await ask({ method: "GET", path }, json<AlertsAnswer>)).alerts;
    },
  };
}

/** The version in `ETag: "…"` (RFC 9110, 8.8.3), as the `config` event names it. */
function versionOf(answer: Response): string {
  return /^(?:W\/)?"(.*)"$/.exec(answer.headers.get("etag") ?? "")?.[1] ?? "";
}

/** An answer of a sidecar of the page's own build. */
function json<T>(answer: Response): Promise<T> {
  return answer.json();
}

async function discard(answer: Response): Promise<void> {
  await answer.body?.cancel();
}

async function refusal(answer: Response): Promise<ApiError> {
  const { status } = answer;
  const problem = await readProblem(answer);
  if (problem === null) return new ApiError(strangerDetail(status), { status });
  return new ApiError(String(problem.detail ?? ""), { status, problems: problem.problems ?? [] });
}
