import { obsConfigRoots, type ObsPlaces } from "../obs/config_roots.ts";
import { setupFiles } from "./setup_files.ts";

/**
 * Every folder that may hold an `obs-studio` configuration, likeliest first: the usual ones, then
 * those that setup was given, for a portable OBS is in no usual place.
 * @param options.dataDir the data directory, where setup keeps its record
 */
export async function knownObsRoots(
  places: ObsPlaces,
  { dataDir, readText }: { dataDir: string; readText(path: string): Promise<string> },
): Promise<string[]> {
  const fromSetup = await setupRoots(setupFiles(dataDir).manifest, readText);
  return [...new Set([...obsConfigRoots(places), ...fromSetup])];
}

/** The folders in setup's record; none where there is no record, or none that can be read. */
async function setupRoots(
  manifest: string,
  readText: (path: string) => Promise<string>,
): Promise<string[]> {
  try {
    const { changes } = Object(JSON.parse(await readText(manifest)));
    const roots = Array.isArray(changes) ? changes.map((change) => Object(change).root) : [];
    return roots.filter((root) => typeof root === "string");
  } catch {
    return [];
  }
}
