import { withDeadline } from "../time/deadline.ts";
import type { LazyVault } from "./lazy_vault.ts";

/** How long the settings wait for the vault; a keyring may hang much longer. */
const PATIENCE_MS = 3_000;

/**
 * The ids of the secrets that are set. While the vault cannot be opened there are none: the list of
 * credentials tells why.
 */
export async function setIds(
  vault: Pick<LazyVault, "find">,
  { patienceMs = PATIENCE_MS }: { patienceMs?: number } = {},
): Promise<ReadonlySet<string>> {
  const listing = vault.find().then((opened) => opened?.list() ?? []);
  try {
    const entries = await withDeadline(listing, { ms: patienceMs, what: "the vault" });
    return new Set(entries.map(({ id }) => id));
  } catch {
    return new Set();
  }
}
