/** Where the figures go and with which token, from the vault. */
import { CannotRunError } from "../cannot_run_error.ts";
import { DeadlineError, withDeadline } from "../deadline.ts";
import type { Redactor } from "../redactor.ts";
import type { LazyVault } from "../vault/lazy_vault.ts";
import { VaultError } from "../vault/vault_error.ts";
import { authorization } from "./authorization.ts";
import { type MetricsPlace, metricsPlace } from "./metrics_url.ts";

/** Secret with the backend's address. */
export const ADDRESS = "grafana.api_url";
/** Secret with its token. */
export const TOKEN = "grafana.api_token";

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
}

/**
 * Where the figures go. The token goes only to the host that it was entered for.
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
  using token = await vault.getFor(TOKEN, place.host);
  if (token === null) {
    const entry = (await vault.list()).find(({ id }) => id === TOKEN);
    if (entry === undefined) return { place, authorization: null };
    return `The token was entered for ${entry.host ?? "no host"} and is not sent to ` +
      `${place.host}. Set ${TOKEN} again to use it there.`;
  }
  const tokenText = token.text();
  const value = authorization(tokenText);
  if (value === null) {
    return `${TOKEN} holds characters that no token has. Copy it anew and set it again.`;
  }
  const secrets = [tokenText, value.slice(value.indexOf(" ") + 1)];
  for (const secret of secrets) redactor.add(secret);
  return { place, authorization: value };
}
