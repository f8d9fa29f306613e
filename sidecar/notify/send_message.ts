import type { Config } from "../../shared/config.ts";
import { CannotRunError } from "../cannot_run_error.ts";
import type { Redactor } from "../log/redactor.ts";
import { DeadlineError, withDeadline } from "../time/deadline.ts";
import type { LazyVault } from "../vault/lazy_vault.ts";
import { VaultError } from "../vault/vault_error.ts";
import type { Message } from "./message.ts";
import { type Outcome, outcomeOf, outcomeOfFailure } from "./outcome.ts";
import type { WebhookRequest } from "./templates/template.ts";
import { TEMPLATES } from "./templates/templates.ts";
import { webhookHost, webhookUrl } from "./webhook_url.ts";

/** The address's id in the vault. */
export const WEBHOOK_URL = "notify.webhook_url";

/** How long the vault, and then the server, may take to answer. */
const DEADLINE_MS = 10_000;
/** As much of an answer as is read. */
const MOST_ANSWER_BYTES = 4096;
/** Parts of an address that are so long are no ordinary words. */
const SECRET_PART_CHARS = 16;

/** What sending needs. */
export interface SendMessageOptions {
  vault: Pick<LazyVault, "find">;
  template: Config["notify"]["template"];
  fetch: (url: URL, init: RequestInit) => Promise<Response>;
  redactor: Pick<Redactor, "add">;
  /** Breaks it off. */
  signal: AbortSignal;
  /** Unix milliseconds. */
  now: () => number;
  deadlineMs?: number;
}

/**
 * Sends a message to the address in the vault, once. The address is known to nobody but the server
 * that it leads to: redirects are not followed, and no part of it is in the outcome but the host.
 */
export async function sendMessage(message: Message, options: SendMessageOptions): Promise<Outcome> {
  const { signal, deadlineMs = DEADLINE_MS } = options;
  const broken = Promise.withResolvers<never>();
  const breakOff = () => broken.reject(signal.reason);
  signal.addEventListener("abort", breakOff);
  try {
    signal.throwIfAborted();
    const prepared = Promise.race([prepare(message, options), broken.promise]);
    const ready = await withDeadline(prepared, { ms: deadlineMs, what: "the vault" });
    return "kind" in ready ? ready : await post(ready, options);
  } catch (error) {
    if (signal.aborted) return retryLater("The sidecar stops.");
    if (error instanceof DeadlineError) {
      return retryLater("The vault did not answer within 10 s. Unlock this user's keyring.");
    }
    if (error instanceof VaultError || error instanceof CannotRunError) {
      return retryLater(error.message);
    }
    throw error;
  } finally {
    signal.removeEventListener("abort", breakOff);
  }
}

/** Asks the vault for the address; the outcome if nothing can be sent to it. */
async function prepare(
  message: Message,
  { vault, template, redactor }: SendMessageOptions,
): Promise<WebhookRequest | Outcome> {
  const opened = await vault.find();
  using address = await opened?.get(WEBHOOK_URL) ?? null;
  if (address === null) {
    return {
      kind: "not set up",
      message: `No address is set up. Set ${WEBHOOK_URL} to that of your ${template} webhook.`,
    };
  }
  const text = address.text();
  redactor.add(text);
  const url = webhookUrl(text);
  if (typeof url === "string") return { kind: "refused", message: url };
  for (const part of secretParts(url)) redactor.add(part);
  const request = TEMPLATES[template](message, url);
  return typeof request === "string" ? { kind: "refused", message: request } : request;
}

async function post(request: WebhookRequest, options: SendMessageOptions): Promise<Outcome> {
  const { template, fetch, signal, now, deadlineMs = DEADLINE_MS } = options;
  const { url, contentType, body } = request;
  const host = webhookHost(url);
  const deadline = new AbortController();
  const timer = setTimeout(
    () => deadline.abort(new DOMException("No answer in time", "TimeoutError")),
    deadlineMs,
  );
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": contentType },
      body,
      redirect: "manual",
      signal: AbortSignal.any([signal, deadline.signal]),
    });
    const { status, headers } = answer;
    const text = await startOf(answer);
    return outcomeOf({ host, status, headers, text, now: now(), takesPages: template === "json" });
  } catch (error) {
    return outcomeOfFailure(error, { host, port: url.port });
  } finally {
    clearTimeout(timer);
  }
}

/** The first bytes of an answer as text; ends the answer. */
async function startOf({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  try {
    while (reader !== undefined && text.length < MOST_ANSWER_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value.subarray(0, MOST_ANSWER_BYTES), { stream: true });
    }
  } finally {
    await reader?.cancel().catch(() => {});
  }
  return text;
}

/** What must not be seen of an address, as errors and servers might repeat it. */
function secretParts(url: URL): string[] {
  const parts = url.pathname.split("/").filter((part) => part.length >= SECRET_PART_CHARS);
  return [url.href, ...parts, ...parts.map(decoded), ...url.searchParams.values()];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function retryLater(message: string): Outcome {
  return { kind: "retry", message, afterMs: null };
}
