import { webhookUrl } from "../notify/webhook_url.ts";
import { extraHeaders } from "../otlp/extra_headers.ts";
import { metricsPlace } from "../otlp/metrics_url.ts";
import { isPlainUtf8 } from "./utf8.ts";
import { VaultError } from "./vault_error.ts";

/** Largest secret. */
export const MAX_VALUE_BYTES = 64 << 10;

/** The secret that has lines. */
const LINES_ID = "grafana.api_headers";
const LINE_ENDS: readonly number[] = [0x0a, 0x0d];

/** What reads the secrets that have a form; a string says what is wrong with one. */
const FORMS = new Map<string, (address: string) => object | string>([
  ["grafana.api_url", metricsPlace],
  [LINES_ID, extraHeaders],
  ["notify.webhook_url", webhookUrl],
]);

/**
 * Looks whether a value can be the secret `id`: whoever uses it reads it as a text on one line, an
 * address as an address, and headers as lines.
 * @throws VaultError `invalid` with what is wrong and what to do, without the value
 */
export function checkValue(value: Uint8Array, { id }: { id: string }): void {
  if (value.length === 0) {
    throw new VaultError("invalid", "A secret cannot be empty. Use delete to remove it.");
  }
  if (value.length > MAX_VALUE_BYTES) {
    throw new VaultError(
      "invalid",
      `A secret may have ${MAX_VALUE_BYTES >> 10} KiB at most, this one has ` +
        `${Math.ceil(value.length / 1024)} KiB.`,
    );
  }
  const isPlain = id === LINES_ID
    ? isPlainUtf8(value.filter((byte) => !LINE_ENDS.includes(byte)))
    : isPlainUtf8(value);
  if (!isPlain) {
    throw new VaultError(
      "invalid",
      id === LINES_ID
        ? "Headers must be lines of text, and these are not. Copy them anew."
        : "A secret must be text in UTF-8 on one line, and this one is not. Copy it anew, without " +
          "line ends and control characters.",
    );
  }
  const read = FORMS.get(id);
  if (read === undefined) return;
  // These are no secrets that must not become a string: they are one wherever they are used.
  const found = read(new TextDecoder().decode(value));
  if (typeof found === "string") throw new VaultError("invalid", found);
}
