import { hostName } from "../../shared/host_name.ts";
import { VaultError } from "./vault_error.ts";

/** Where `localhost` leads to. Other addresses of loopback may be another program's: 127.0.0.2. */
const LOCALHOST: readonly string[] = ["localhost", "127.0.0.1", "::1"];

/**
 * A host as the vault keeps it: lower case, without the dot at the end, names outside ASCII in
 * their encoded form; `localhost` and its two addresses as `localhost`.
 * @param host a host name or address, without scheme, port or path
 * @throws VaultError `invalid` if it is none
 */
export function canonicalHost(host: string): string {
  const name = hostName(host);
  if (name === null) {
    throw new VaultError(
      "invalid",
      `"${host.slice(0, 80)}" is no host. Give a host name or an address alone, as in ` +
        `"live.example.com", without port or path.`,
    );
  }
  return LOCALHOST.includes(name) ? "localhost" : name;
}

/** Whether a secret that was entered for `bound` may be sent to `host`. */
export function mayBeSentTo(host: string, { bound }: { bound: string | null }): boolean {
  return bound !== null && bound === canonicalHost(host);
}
