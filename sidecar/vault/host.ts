import { hostName } from "../../shared/host_name.ts";
import { isLoopback } from "../loopback.ts";
import { VaultError } from "./vault_error.ts";

/**
 * A host as the vault keeps it: lower case, without the dot at the end, names outside ASCII in
 * their encoded form; every name of this machine's own loopback as `localhost`.
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
  return isLoopback(name) ? "localhost" : name;
}

/** Whether a secret that was entered for `bound` may be sent to `host`. */
export function mayBeSentTo(host: string, { bound }: { bound: string | null }): boolean {
  return bound !== null && bound === canonicalHost(host);
}
