import { isLoopback } from "../../net/loopback.ts";
import type { Network } from "../../rtmp/network.ts";
import { withDeadline } from "../../time/deadline.ts";
import { ingestHost, type PlatformTarget } from "../platform_targets.ts";

/**
 * IPv4 addresses that no public server has: loopback and "this network" (RFC 1122), private
 * networks (RFC 1918), link-local (RFC 3927).
 */
const OWN_V4 = /^(127|10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01]))\./;

/** IPv6: loopback, unique local (RFC 4193), link-local (RFC 4291). */
const OWN_V6 = /^(::1$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/i;

/** Whether an IP address is this machine's or a private network's; false for what is no address. */
export function isOwnAddress(text: string): boolean {
  const address = text.replace(/^::ffff:(?=\d+\.)/i, "");
  return address.includes(":")
    ? OWN_V6.test(address)
    : /^\d{1,3}(\.\d{1,3}){3}$/.test(address) && OWN_V4.test(address);
}

/**
 * Tells which targets are servers of the user's own: their host is this machine, a private
 * address, or a name of which every address is one. Only names with a test key are looked up.
 */
export async function markOwnServers(
  targets: readonly PlatformTarget[],
  { network, stepMs }: { network: Pick<Network, "lookup">; stepMs: number },
): Promise<PlatformTarget[]> {
  return await Promise.all(targets.map(async (target) => {
    const host = ingestHost(target.url);
    if (host === null || !target.testKey) return target;
    if (isLoopback(host) || isOwnAddress(host)) return { ...target, ownServer: true };
    // A name that is not found is not the user's own, and the check of the connection says so.
    const addresses = await withDeadline(network.lookup(host), { ms: stepMs, what: host })
      .catch((): string[] => []);
    return { ...target, ownServer: addresses.length > 0 && addresses.every(isOwnAddress) };
  }));
}
