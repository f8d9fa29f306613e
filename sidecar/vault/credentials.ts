/** The secrets as the API shows and changes them; their values only ever go in. */
import type { CredentialsAnswer } from "../../shared/api.ts";
import { platformOfCredential } from "./credential_id.ts";
import { entryHost, type HostSettings, needsHost } from "./entry_host.ts";
import type { Vault } from "./vault.ts";
import { VaultError } from "./vault_error.ts";

type Credential = CredentialsAnswer["credentials"][number];

/** What may be told of each secret, by id. */
export async function listCredentials(
  vault: Pick<Vault, "list" | "get">,
  settings: HostSettings,
): Promise<Credential[]> {
  const credentials: Credential[] = [];
  for (const { id, host, created_at, last_used } of await vault.list()) {
    credentials.push({
      id,
      host,
      usable: !needsHost(id) || host !== null && host === await hostNow(id, { settings, vault }),
      created_at: created_at * 1000,
      last_used: last_used === null ? null : last_used * 1000,
    });
  }
  return credentials;
}

/**
 * Stores a secret for the host that the settings name for it now. The value is copied: the caller
 * wipes it.
 * @throws VaultError, `invalid` also if no host is set yet: the message says what to set first
 */
export async function storeCredential(
  id: string,
  value: Uint8Array,
  { vault, settings }: { vault: Pick<Vault, "get" | "set">; settings: HostSettings },
): Promise<void> {
  const host = await entryHost(id, { settings, vault });
  if (host === null && needsHost(id)) throw new VaultError("invalid", hostFirst(id));
  await vault.set(id, value, { host });
}

/** Null also where the settings name something that is no host. */
async function hostNow(
  id: string,
  { settings, vault }: { settings: HostSettings; vault: Pick<Vault, "get"> },
): Promise<string | null> {
  try {
    return await entryHost(id, { settings, vault });
  } catch (error) {
    if (error instanceof VaultError && error.fault === "invalid") return null;
    throw error;
  }
}

function hostFirst(id: string): string {
  const platform = platformOfCredential(id);
  return platform === null
    ? `${id} is sent to one host only, and none is set yet. Set grafana.api_url first, to an ` +
      "address such as https://otlp-gateway-prod-eu-west-2.grafana.net/otlp."
    : `${id} is sent to one server only, and none is set yet. Set ingest_url in ` +
      `[platforms.${platform}] first.`;
}
