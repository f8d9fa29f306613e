import type { Config } from "../../shared/config.ts";

/**
 * The platform that the user says an output feeds: `[platforms.<name>] output` is the output's id
 * or the name that a person reads, in upper or lower case.
 * @returns null where nothing is said
 */
export function platformOfOutput(
  { id, name }: { id: string; name: string },
  platforms: Config["platforms"],
): string | null {
  const names = [id.toLowerCase(), name.toLowerCase()];
  for (const [platform, { output }] of Object.entries(platforms)) {
    if (output !== null && names.includes(output.toLowerCase())) return platform;
  }
  return null;
}
