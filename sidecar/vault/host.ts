import { isLoopback } from "../loopback.ts";
import { VaultError } from "./vault_error.ts";

/**
 * A host as the vault keeps it: lower case, without the dot at the end, names outside ASCII in
 * their encoded form; every name of this machine's own loopback as `localhost`.
 * @param host a host name or address, without scheme, port or path
 * @throws VaultError `invalid` if it is none
 */
export function canonicalHost(host: string): string {
  const parsed = URL.parse(`https://${bracketed(host)}`);
  const name = parsed?.hostname.replace(/\.$/, "").replace(/^\[|\]$/g, "") ?? "";
  // Anything but a host, a port for one, would have become another part of the URL.
  const alone = parsed !== null && parsed.href === `https://${parsed.hostname}/`;
  if (!alone || name === "" || /[\s/\\@?#]/.test(host)) {
    throw new VaultError(
      "invalid",
      `"${host.slice(0, 80)}" is no host. Give a host name or an address alone, as in ` +
        `"live.example.com", without port or path.`,
    );
  }
  return isLoopback(name) ? "localhost" : name;
}

/** Whether a secret that was entered for `bound` may be sent to `host`. */
export function mayBeSentTo(host: string, { bound }: { bound: string | null }): boolean {
  return bound !== null && bound === canonicalHost(host);
}

/** An IPv6 address needs brackets in a URL. */
function bracketed(host: string): string {
  return /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(host) ? `[${host}]` : host;
}
