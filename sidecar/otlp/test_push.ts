import type { TestResult } from "../../shared/api.ts";
import type { Config } from "../../shared/config.ts";
import type { Redactor } from "../log/redactor.ts";
import type { LazyVault } from "../vault/lazy_vault.ts";
import { readAnswer } from "./answer.ts";
import { describeAnswer, describeFailure } from "./push_answer.ts";
import { ADDRESS, type PushTarget, pushTarget, TOKEN } from "./push_target.ts";

/** How long the vault, and then the backend, may take to answer. */
const DEADLINE_MS = 10_000;

/** What a test needs. */
export interface TestPushOptions {
  vault: Pick<LazyVault, "find">;
  protocol: Config["grafana"]["protocol"];
  fetch: (url: URL, init: RequestInit) => Promise<Response>;
  redactor: Pick<Redactor, "add">;
  /** For the vault, and then for the backend. */
  deadlineMs?: number;
}

/** An OTLP request without a figure: the empty message, and the same in JSON. */
const EMPTY = {
  "http/protobuf": { type: "application/x-protobuf", body: new Uint8Array() },
  "http/json": {
    type: "application/json",
    body: new TextEncoder().encode('{"resourceMetrics":[]}'),
  },
} as const;

/**
 * Sends an empty push to the metrics backend and tells how that went. Token and headers go only to
 * the host that they were entered for. Nothing of the answer is repeated.
 */
export async function testPush(options: TestPushOptions): Promise<TestResult> {
  const { vault, redactor, deadlineMs = DEADLINE_MS } = options;
  const target = await pushTarget({ vault, redactor, deadlineMs });
  if (target === null) return notSetUp();
  return typeof target === "string" ? { ok: false, message: target } : await push(target, options);
}

async function push(
  { place, authorization, headers: extra }: PushTarget,
  { protocol, fetch, deadlineMs = DEADLINE_MS }: TestPushOptions,
): Promise<TestResult> {
  const headers = new Headers({
    ...Object.fromEntries(extra),
    "content-type": EMPTY[protocol].type,
  });
  if (authorization !== null) headers.set("authorization", authorization);
  try {
    const response = await fetch(place.url, {
      method: "POST",
      headers,
      body: EMPTY[protocol].body,
      redirect: "manual",
      signal: AbortSignal.timeout(deadlineMs),
    });
    return describeAnswer({
      host: place.host,
      status: response.status,
      answer: await readAnswer(response),
      protocol,
      withToken: authorization !== null,
    });
  } catch (error) {
    return describeFailure(error, { host: place.host, port: place.url.port, deadlineMs });
  }
}

function notSetUp(): TestResult {
  return {
    ok: false,
    message:
      `No metrics backend is set up. Set ${ADDRESS}, for Grafana Cloud to the OTLP address ` +
      `on its OpenTelemetry page, and then ${TOKEN}, if it asks for one.`,
  };
}
