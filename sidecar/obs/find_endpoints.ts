import type { Log } from "../log/log.ts";
import type { Redactor } from "../log/redactor.ts";
import { type ObsAddress, type ObsEndpoint, obsEndpoints } from "./endpoint.ts";
import type { ObsPrograms } from "./obs_programs.ts";
import { findServerSettings } from "./server_settings.ts";

/** What the search needs. */
export interface FindEndpointsOptions {
  /** OBS's configuration folders, likeliest first. */
  roots(): Promise<readonly string[]>;
  /** The OBS that run on this machine. */
  running(): ObsPrograms;
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
  { roots, running: programsOf, address, vaultPassword, readText, redactor, log }:
    FindEndpointsOptions,
): () => Promise<ObsEndpoint[]> {
  const told = new Set<string>();
  return async () => {
    const running = programsOf();
    const portable = running.programs.flatMap(({ portableRoot }) => portableRoot ?? []);
    const places = new Set([...await roots(), ...portable]);
    const found = await findServerSettings([...places], { readText });
    for (const { password } of [...found.servers, ...running.programs]) {
      if (password !== null) redactor.add(password);
    }
    for (const { file, problem } of found.damaged) {
      const message = `Cannot use OBS's settings in ${file}: ${problem}. ` +
        "Open Tools > WebSocket Server Settings in OBS and press OK to write them anew.";
      if (!told.has(message)) log.warn(message);
      told.add(message);
    }
    return obsEndpoints(address(), { ...found, running, vaultPassword: await vaultPassword() });
  };
}
