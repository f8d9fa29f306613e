import { webhookUrl } from "../notify/webhook_url.ts";
import { metricsPlace } from "../otlp/metrics_url.ts";
import { isPlainUtf8 } from "./utf8.ts";
import { VaultError } from "./vault_error.ts";

/** Largest secret. */
export const MAX_VALUE_BYTES = 64 << 10;

/** What reads the secrets that are addresses; a string says what is wrong with one. */
const ADDRESSES = new Map<string, (address: string) => object | string>([
  ["grafana.api_url", metricsPlace],
  ["notify.webhook_url", webhookUrl],
]);

/**
 * Looks whether a value can be the secret `id`: whoever uses it reads it as a text on one line, and
 * an address as an address.
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
  if (!isPlainUtf8(value)) {
    throw new VaultError(
      "invalid",
      "A secret must be text in UTF-8 on one line, and this one is not. Copy it anew, without " +
        "line ends and control characters.",
    );
  }
  const check = ADDRESSES.get(id);
  if (check === undefined) return;
  // An address is no secret that must not become a string: it is one wherever it is used.
  const place = check(new TextDecoder().decode(value));
  if (typeof place === "string") throw new VaultError("invalid", place);
}
