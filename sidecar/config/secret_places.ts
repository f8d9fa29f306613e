/** Where the settings tell of secrets. Their values are in the vault alone. */
import type { Config, ConfigChanges } from "../../shared/config.ts";
import type { ConfigDocument, SettingProblem } from "../../shared/api.ts";
import { isTable } from "./take_settings.ts";

/** The secret of a section, and the key that tells of it there. */
interface SecretPlace {
  section: "obs" | "grafana" | "notify";
  key: string;
  id: string;
}

const PLACES: readonly SecretPlace[] = [
  { section: "obs", key: "password", id: "obs.websocket.password" },
  { section: "grafana", key: "api_url", id: "grafana.api_url" },
  { section: "grafana", key: "api_token", id: "grafana.api_token" },
  { section: "grafana", key: "api_headers", id: "grafana.api_headers" },
  { section: "notify", key: "webhook_url", id: "notify.webhook_url" },
];

const PLATFORM_KEY = "stream_key";

function streamKeyId(platform: string): string {
  return `platforms.${platform}.stream_key`;
}

/** The settings with whether each secret is set. @param isSet by the secret's id */
export function withSecretStates(
  config: Config,
  isSet: (id: string) => boolean,
): ConfigDocument {
  const state = (id: string) => ({ set: isSet(id) });
  const platforms = Object.entries(config.platforms).map(([name, platform]) =>
    [name, { ...platform, [PLATFORM_KEY]: state(streamKeyId(name)) }] as const
  );
  return {
    ...config,
    obs: { ...config.obs, password: state("obs.websocket.password") },
    grafana: {
      ...config.grafana,
      api_url: state("grafana.api_url"),
      api_token: state("grafana.api_token"),
      api_headers: state("grafana.api_headers"),
    },
    notify: { ...config.notify, webhook_url: state("notify.webhook_url") },
    platforms: Object.fromEntries(platforms),
  };
}

/**
 * A change without what tells of secrets, which changes nothing. Anything else in such a place is
 * a problem: secrets are set elsewhere.
 */
export function withoutSecretStates(
  document: Readonly<Record<string, unknown>>,
): { changes: ConfigChanges; problems: SettingProblem[] } {
  const problems: SettingProblem[] = [];
  const take = (table: unknown, path: string, places: readonly { key: string; id: string }[]) => {
    if (!isTable(table)) return table;
    const rest = { ...table };
    for (const { key, id } of places) {
      if (!Object.hasOwn(rest, key)) continue;
      if (!isSecretState(rest[key])) problems.push(notHere(`${path}.${key}`, id));
      delete rest[key];
    }
    return rest;
  };
  const changes = Object.entries(document).map(([section, table]) => {
    if (section !== "platforms" || !isTable(table)) {
      return [section, take(table, section, PLACES.filter((place) => place.section === section))];
    }
    const platforms = Object.entries(table).map(([name, platform]) => [
      name,
      take(platform, `platforms.${name}`, [{ key: PLATFORM_KEY, id: streamKeyId(name) }]),
    ]);
    return [section, Object.fromEntries(platforms)];
  });
  // What is in there is for takeSettings to check.
  return { changes: Object.fromEntries(changes) as ConfigChanges, problems };
}

function isSecretState(value: unknown): boolean {
  return isTable(value) && typeof value["set"] === "boolean" && Object.keys(value).length === 1;
}

function notHere(key: string, id: string): SettingProblem {
  return {
    key,
    message: `${key} is a secret and is not set here. PUT it to /api/v1/credentials/${id}, or ` +
      `run "deno task vault set ${id}"`,
  };
}
