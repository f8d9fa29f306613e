import type { TestResult } from "../../shared/api.ts";
import type { Config } from "../../shared/config.ts";
import { CannotRunError } from "../cannot_run_error.ts";
import type { Redactor } from "../redactor.ts";
import type { LazyVault } from "../vault/lazy_vault.ts";
import type { Vault } from "../vault/vault.ts";
import { VaultError } from "../vault/vault_error.ts";
import { authorization } from "./authorization.ts";
import { type MetricsPlace, metricsPlace } from "./metrics_url.ts";
import { describeAnswer, describeFailure } from "./push_answer.ts";

const ADDRESS = "grafana.api_url";
const TOKEN = "grafana.api_token";

const DEADLINE_MS = 10_000;
/** As much of an answer as is looked at, to tell a web page. */
const LOOKED_AT_BYTES = 2048;

/** What a test needs. */
export interface TestPushOptions {
  vault: Pick<LazyVault, "find">;
  protocol: Config["grafana"]["protocol"];
  fetch: (url: URL, init: RequestInit) => Promise<Response>;
  redactor: Pick<Redactor, "add">;
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
 * Sends an empty push to the metrics backend and tells how that went. The token goes only to the
 * host that it was entered for. Nothing of the answer is repeated.
 */
export async function testPush(options: TestPushOptions): Promise<TestResult> {
  try {
    const vault = await options.vault.find();
    if (vault === null) return notSetUp();
    using address = await vault.get(ADDRESS);
    if (address === null) return notSetUp();
    const text = address.text();
    options.redactor.add(text);
    const place = metricsPlace(text);
    if (typeof place === "string") return { ok: false, message: place };
    return await push(place, vault, options);
  } catch (error) {
    if (error instanceof VaultError || error instanceof CannotRunError) {
      return { ok: false, message: error.message };
    }
    throw error;
  }
}

async function push(
  place: MetricsPlace,
  vault: Vault,
  options: TestPushOptions,
): Promise<TestResult> {
  const { protocol, fetch, deadlineMs = DEADLINE_MS } = options;
  const { type, body } = EMPTY[protocol];
  const headers = new Headers({ "content-type": type });
  using token = await vault.getFor(TOKEN, place.host);
  if (token === null) {
    const entry = (await vault.list()).find(({ id }) => id === TOKEN);
    if (entry !== undefined) {
      return {
        ok: false,
        message: `The token was entered for ${entry.host ?? "no host"} and is not sent to ` +
          `${place.host}. Set ${TOKEN} again to use it there.`,
      };
    }
  } else {
    const text = token.text();
    const value = authorization(text);
    if (value === null) {
      return {
        ok: false,
        message: `${TOKEN} holds characters that no token has. Copy it anew and set it again.`,
      };
    }
    for (const secret of [text, value.slice(value.indexOf(" ") + 1)]) options.redactor.add(secret);
    headers.set("authorization", value);
  }
  try {
    const answer = await fetch(place.url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(deadlineMs),
    });
    return describeAnswer({
      host: place.host,
      status: answer.status,
      isHtml: await isHtml(answer),
      protocol,
      withToken: token !== null,
    });
  } catch (error) {
    return describeFailure(error, { host: place.host, port: place.url.port });
  }
}

/** Whether an answer is a web page, by its type or its first words; ends the answer. */
async function isHtml({ headers, body }: Response): Promise<boolean> {
  let start = "";
  const reader = body?.getReader();
  try {
    const decoder = new TextDecoder();
    while (reader !== undefined && start.length < LOOKED_AT_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      start += decoder.decode(value.subarray(0, LOOKED_AT_BYTES), { stream: true });
    }
  } finally {
    await reader?.cancel().catch(() => {});
  }
  return /^text\/html/i.test(headers.get("content-type") ?? "") ||
    /^\s*<(?:!doctype html|html)/i.test(start);
}

function notSetUp(): TestResult {
  return {
    ok: false,
    message:
      `No metrics backend is set up. Set ${ADDRESS}, for Grafana Cloud to the OTLP address ` +
      `on its OpenTelemetry page, and then ${TOKEN}, if it asks for one.`,
  };
}
