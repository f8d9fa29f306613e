import type { Credential, SecretState } from "../../../shared/api.ts";
import type { LoadedConfig } from "../../api.ts";
import { formatDate } from "../format.ts";

/** One secret of the form. */
export interface Secret {
  id: string;
  label: string;
  help: string;
  /** Settings that say where it is sent: while they are changed, it would be kept for the old ones. */
  boundTo: readonly string[];
  /** Whether it has lines. */
  hasLines?: boolean;
}

const OBS_PASSWORD: Secret = {
  id: "obs.websocket.password",
  label: "Password",
  help: "Of OBS's WebSocket server. Where OBS runs on this machine, OBS's own is found without it.",
  boundTo: ["obs.host"],
};

const GRAFANA: readonly Secret[] = [
  {
    id: "grafana.api_url",
    label: "Address",
    help: "Where the figures are sent: your stack's OTLP endpoint.",
    boundTo: [],
  },
  {
    id: "grafana.api_token",
    label: "Token",
    help: "That lets this machine write there. Set the address first.",
    boundTo: [],
  },
  {
    id: "grafana.api_headers",
    label: "Headers",
    help: "If it wants more than a token: lines such as X-Scope-OrgID: team.",
    boundTo: [],
    hasLines: true,
  },
];

const WEBHOOK: Secret = {
  id: "notify.webhook_url",
  label: "Address",
  help: "Where alerts are sent. Whoever has it can send messages there.",
  boundTo: [],
};

const OF_SECTIONS: Readonly<Record<string, readonly Secret[]>> = {
  obs: [OBS_PASSWORD],
  grafana: GRAFANA,
  notify: [WEBHOOK],
};

/** The secrets that belong to a section. */
export function sectionSecrets(section: string): readonly Secret[] {
  return OF_SECTIONS[section] ?? [];
}

/** A platform's stream key. */
export function streamKey(platform: string): Secret {
  return {
    id: `platforms.${platform}.stream_key`,
    label: "Stream key",
    help: "For checks before a stream. OBS keeps its own.",
    boundTo: [`platforms.${platform}.ingest_url`],
  };
}

/** Platforms that have a key in the vault and are no longer in the settings. */
export function strayPlatforms(
  credentials: readonly Credential[],
  names: readonly string[],
): string[] {
  return credentials
    .flatMap(({ id }) => /^platforms\.(.+)\.stream_key$/.exec(id)?.[1] ?? [])
    .filter((name) => !names.includes(name));
}

/** What the settings know of a secret, for when the vault's list is not there. */
export function isSet(loaded: LoadedConfig | null, id: string): boolean {
  const path = id.split(".").filter((part) => part !== "websocket");
  const state = path.reduce<unknown>(
    (value, part) => (value as Record<string, unknown> | null | undefined)?.[part],
    loaded?.document,
  );
  return (state as SecretState | undefined)?.set === true;
}

/** How a secret stands, for the form. */
export interface SecretView {
  isSet: boolean;
  /** Whether it has to be entered again. */
  isWrong: boolean;
  text: string;
}

/**
 * How a secret stands. `credential` is null if the vault has none; `isSet` says what the settings
 * know of it, for when the vault's list could not be read.
 */
export function secretView(
  credential: Credential | null,
  isSet: boolean,
): SecretView {
  if (credential === null) {
    return { isSet, isWrong: false, text: isSet ? "Set" : "Not set" };
  }
  const { host, usable, created_at } = credential;
  if (!usable) {
    const text = host === null
      ? "Set for no host, so it is not used: enter it again"
      : `Set for ${host} and not used for another host: enter it again`;
    return { isSet: true, isWrong: true, text };
  }
  const where = host === null ? "" : ` for ${host}`;
  return { isSet: true, isWrong: false, text: `Set${where}, ${formatDate(created_at)}` };
}
