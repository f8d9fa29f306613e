import type { Log } from "../log.ts";
import type { Redactor } from "../redactor.ts";
import { type ObsAddress, type ObsEndpoint, obsEndpoints } from "./endpoint.ts";
import { findServerSettings } from "./server_settings.ts";

/** What the search needs. */
export interface FindEndpointsOptions {
  /** OBS's configuration folders. */
  roots: readonly string[];
  address(): ObsAddress;
  /** The password that the user entered for this address's host; null if none. */
  vaultPassword(): Promise<string | null>;
  readText(path: string): Promise<string>;
  redactor: Redactor;
  log: Log;
}

/**
 * Makes the function that finds where OBS may be listening. Damaged files of OBS's are told once
 * each; passwords that are found are kept out of the log from then on.
 */
export function createEndpointFinder(
  { roots, address, vaultPassword, readText, redactor, log }: FindEndpointsOptions,
): () => Promise<ObsEndpoint[]> {
  const told = new Set<string>();
  return async () => {
    const found = await findServerSettings(roots, { readText });
    for (const { password } of found.servers) if (password !== null) redactor.add(password);
    for (const { file, problem } of found.damaged) {
      const message = `Cannot use OBS's settings in ${file}: ${problem}. ` +
        "Open Tools > WebSocket Server Settings in OBS and press OK to write them anew.";
      if (!told.has(message)) log.warn(message);
      told.add(message);
    }
    return obsEndpoints(address(), { ...found, vaultPassword: await vaultPassword() });
  };
}
