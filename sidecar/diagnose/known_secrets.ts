/** Every secret that this machine is known to keep, so that it is found wherever it stands. */
import type { Redactor } from "../log/redactor.ts";
import type { ServerSettings } from "../obs/server_settings.ts";
import { extraHeaders } from "../otlp/extra_headers.ts";
import type { Vault } from "../vault/vault.ts";

/** Names in OBS's service.json that hold secrets (obs-studio, plugins/rtmp-services). */
const SERVICE_SECRETS = ["key", "password", "bearer_token", "stream_key", "token"];

/** Where secrets are. */
export interface SecretSources {
  /** The file with the API's token. */
  tokenPath: string;
  vault: Vault;
  servers: readonly ServerSettings[];
  /** OBS's folders. */
  roots: readonly string[];
}

/**
 * Makes the secrets known to `redactor`.
 * @returns ids in the vault; why they cannot be told if it cannot be opened
 */
export async function addKnownSecrets(
  redactor: Redactor,
  { tokenPath, vault, servers, roots }: SecretSources,
): Promise<{ ids: string[] } | { problem: string }> {
  redactor.add((await textOf(tokenPath) ?? "").trim());
  for (const { password } of servers) redactor.add(password ?? "");
  for (const root of roots) {
    for (const key of await serviceKeys(root)) redactor.add(key);
  }
  try {
    const ids = (await vault.list()).map(({ id }) => id);
    for (const id of ids) {
      using secret = await vault.get(id, { isUse: false });
      if (secret === null) continue;
      const text = secret.text();
      redactor.add(text);
      const headers = id === "grafana.api_headers" ? extraHeaders(text) : [];
      for (const [, value] of typeof headers === "string" ? [] : headers) redactor.add(value);
    }
    return { ids };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Stream keys of OBS's own profiles. */
async function serviceKeys(root: string): Promise<string[]> {
  const keys: string[] = [];
  const folder = `${root}/basic/profiles`;
  try {
    for await (const { name } of Deno.readDir(folder)) {
      const text = await textOf(`${folder}/${name}/service.json`);
      if (text !== null) keys.push(...keysIn(text));
    }
  } catch {
    // This OBS has no profiles.
  }
  return keys;
}

function keysIn(text: string): string[] {
  try {
    const { settings } = JSON.parse(text.replace(/^\uFEFF/, ""));
    return SERVICE_SECRETS.map((name) => settings?.[name])
      .filter((value) => typeof value === "string");
  } catch {
    return [];
  }
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch {
    return null;
  }
}
