/** Where the figures go, and with which token and headers, from the vault. */
import { CannotRunError } from "../cannot_run_error.ts";
import type { Redactor } from "../log/redactor.ts";
import { DeadlineError, withDeadline } from "../time/deadline.ts";
import type { LazyVault } from "../vault/lazy_vault.ts";
import type { Vault } from "../vault/vault.ts";
import { VaultError } from "../vault/vault_error.ts";
import { authorization } from "./authorization.ts";
import { type ExtraHeader, extraHeaders } from "./extra_headers.ts";
import { type MetricsPlace, metricsPlace } from "./metrics_url.ts";

/** Secret with the backend's address. */
export const ADDRESS = "grafana.api_url";
/** Secret with its token. */
export const TOKEN = "grafana.api_token";

/** Secret with headers that the backend wants besides. */
export const HEADERS = "grafana.api_headers";

/** What finding it out needs. */
export interface PushTargetOptions {
  vault: Pick<LazyVault, "find">;
  redactor: Pick<Redactor, "add">;
  /** How long the vault may take to answer. */
  deadlineMs: number;
}

/** A backend and how it is spoken to. */
export interface PushTarget {
  place: MetricsPlace;
  /** The header `Authorization`; null without a token. Never to be shown. */
  authorization: string | null;
  /** Headers besides. Their values are never to be shown. */
  headers: readonly ExtraHeader[];
}

/**
 * Where the figures go. Token and headers go only to the host that they were entered for.
 * @returns null without an address; what is wrong and what to do, if anything is
 */
export async function pushTarget(options: PushTargetOptions): Promise<PushTarget | string | null> {
  try {
    return await withDeadline(find(options), { ms: options.deadlineMs, what: "the vault" });
  } catch (error) {
    if (error instanceof DeadlineError) {
      return "The vault did not answer within 10 s. Unlock this user's keyring and try again.";
    }
    if (error instanceof VaultError || error instanceof CannotRunError) return error.message;
    throw error;
  }
}

async function find(
  { vault: lazyVault, redactor }: PushTargetOptions,
): Promise<PushTarget | string | null> {
  const vault = await lazyVault.find();
  if (vault === null) return null;
  using address = await vault.get(ADDRESS);
  if (address === null) return null;
  const text = address.text();
  redactor.add(text);
  const place = metricsPlace(text);
  if (typeof place === "string") return place;
  const authorization = await findAuthorization(vault, { host: place.host, redactor });
  if (authorization !== null && typeof authorization !== "string") return authorization.problem;
  const headers = await findHeaders(vault, { host: place.host, redactor });
  return "problem" in headers ? headers.problem : { place, authorization, headers };
}

/** Why a secret cannot be sent, and what to do. */
interface Trouble {
  problem: string;
}

type SecretOptions = Pick<PushTargetOptions, "redactor"> & { host: string };

async function findAuthorization(
  vault: Vault,
  { host, redactor }: SecretOptions,
): Promise<string | null | Trouble> {
  using token = await vault.getFor(TOKEN, host);
  if (token === null) {
    const problem = await strayProblem(vault, { id: TOKEN, what: "The token was", host });
    return problem === null ? null : { problem };
  }
  const tokenText = token.text();
  const value = authorization(tokenText);
  if (value === null) {
    return {
      problem: `${TOKEN} holds characters that no token has. Copy it anew and set it again.`,
    };
  }
  const secrets = [tokenText, value.slice(value.indexOf(" ") + 1)];
  for (const secret of secrets) redactor.add(secret);
  return value;
}

async function findHeaders(
  vault: Vault,
  { host, redactor }: SecretOptions,
): Promise<readonly ExtraHeader[] | Trouble> {
  using secret = await vault.getFor(HEADERS, host);
  if (secret === null) {
    const problem = await strayProblem(vault, { id: HEADERS, what: "The headers were", host });
    return problem === null ? [] : { problem };
  }
  const headers = extraHeaders(secret.text());
  if (typeof headers === "string") return { problem: `${HEADERS} cannot be sent. ${headers}` };
  for (const [, value] of headers) redactor.add(value);
  return headers;
}

/** What to do about a secret that is kept for another host; null if there is none. */
async function strayProblem(
  vault: Vault,
  { id, what, host }: { id: string; what: string; host: string },
): Promise<string | null> {
  const entry = (await vault.list()).find((candidate) => candidate.id === id);
  if (entry === undefined) return null;
  const verb = what.endsWith("were") ? "are" : "is";
  return `${what} entered for ${entry.host ?? "no host"} and ${verb} not sent to ${host}. ` +
    `Set ${id} again to use ${verb === "is" ? "it" : "them"} there.`;
}
