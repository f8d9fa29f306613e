import { VaultError } from "./vault_error.ts";

/** Ids of secrets that there is one of. */
const SINGLE_IDS = [
  "obs.websocket.password",
  "grafana.api_url",
  "grafana.api_token",
  "grafana.api_headers",
  "notify.webhook_url",
] as const;

/** Platform names are those of `[platforms.<name>]` in config.toml. */
const STREAM_KEY_ID = /^platforms\.([a-z0-9_-]{1,64})\.stream_key$/;

/** What an id may be, as a person reads it. */
export const CREDENTIAL_IDS: readonly string[] = [
  ...SINGLE_IDS,
  "platforms.NAME.stream_key (NAME: 1 to 64 of a-z, 0-9, _ and -)",
];

/** The same as words in a sentence. */
export const CREDENTIAL_ID_CHOICES = CREDENTIAL_IDS.join(", ");

/** Longest id that is repeated in a message. */
const QUOTED_CHARS = 80;

/** Whether a secret may have this id. */
export function isCredentialId(id: string): boolean {
  return SINGLE_IDS.some((single) => single === id) || STREAM_KEY_ID.test(id);
}

/** The platform whose stream key has this id; null if it is no stream key's. */
export function platformOfCredential(id: string): string | null {
  return STREAM_KEY_ID.exec(id)?.[1] ?? null;
}

/** @throws VaultError `invalid` with what is allowed, if a secret may not have this id */
export function checkCredentialId(id: string): void {
  if (isCredentialId(id)) return;
  const printable = id.slice(0, QUOTED_CHARS).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
  const quoted = id.length > QUOTED_CHARS ? `${printable}…` : printable;
  throw new VaultError(
    "invalid",
    `There is no secret with the id "${quoted}". The ids are: ${CREDENTIAL_ID_CHOICES}.`,
  );
}
