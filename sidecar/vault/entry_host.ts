import { isCredentialId, platformOfCredential } from "./credential_id.ts";
import { canonicalHost } from "./host.ts";
import type { Vault } from "./vault.ts";

/** Secrets that are an address themselves: they cannot be sent anywhere else. */
const ADDRESSES: readonly string[] = ["grafana.api_url", "notify.webhook_url"];

/** Secrets that are sent to the host of `grafana.api_url`. */
const OF_METRICS: readonly string[] = ["grafana.api_token", "grafana.api_headers"];

/** The settings that say where secrets go. */
export interface HostSettings {
  readonly obs: { readonly host: string };
  readonly platforms?: Readonly<Record<string, { readonly ingest_url?: string | null }>>;
}

/** Whether a secret is sent to a host that is set somewhere else, and so must be bound to it. */
export function needsHost(id: string): boolean {
  return isCredentialId(id) && !ADDRESSES.includes(id);
}

/**
 * The host that a secret is entered for as things are set now; null if none is set, or if the
 * secret is an address itself.
 */
export async function entryHost(
  id: string,
  { settings, vault }: { settings: HostSettings; vault: Pick<Vault, "get"> },
): Promise<string | null> {
  const platform = platformOfCredential(id);
  if (platform !== null) return hostOfUrl(settings.platforms?.[platform]?.ingest_url ?? null);
  if (id === "obs.websocket.password") return canonicalHost(settings.obs.host);
  if (!OF_METRICS.includes(id)) return null;
  using address = await vault.get("grafana.api_url", { isUse: false });
  return hostOfUrl(address?.text() ?? null);
}

function hostOfUrl(url: string | null): string | null {
  const hostname = url === null ? undefined : URL.parse(url)?.hostname;
  return hostname ? canonicalHost(hostname.replace(/^\[|\]$/g, "")) : null;
}
