import type { ObsEndpoint } from "./endpoint.ts";

/**
 * What the user should know where several OBS answer on this machine, for one alone is watched:
 * which one that is, and how to watch another.
 * @param endpoints where OBS was sought
 */
export async function otherObs(
  { host, port, configRoot }: ObsEndpoint,
  { endpoints, isListening }: {
    endpoints: readonly ObsEndpoint[];
    isListening(address: { host: string; port: number }): Promise<boolean>;
  },
): Promise<string[]> {
  const messages: string[] = [];
  for (const other of endpoints) {
    if (other.port === port || !await isListening(other)) continue;
    messages.push(
      `Another OBS seems to run at ${other.host}:${other.port}${settingsOf(other.configRoot)}. ` +
        `The one at ${host}:${port}${settingsOf(configRoot)} is watched; for the other one, set ` +
        `"port = ${other.port}" under [obs] in config.toml.`,
    );
  }
  return messages;
}

function settingsOf(configRoot: string | null): string {
  return configRoot === null ? "" : ` (settings in ${configRoot})`;
}
