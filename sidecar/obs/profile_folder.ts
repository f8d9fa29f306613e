import { parseIni } from "./ini.ts";

/** Reads a text file; throws if it cannot be read. */
export type ReadText = (path: string) => Promise<string>;

/** How to look into OBS's folders. */
export interface ProfileFiles {
  readText: ReadText;
  /** Names of the folders in a folder; throws if it cannot be read. */
  listFolders(path: string): Promise<string[]>;
}

/**
 * The folder of one of OBS's profiles: its name stands in its `basic.ini`, the folder's may
 * differ.
 * @param root the `obs-studio` folder
 * @returns null if there is none of that name
 * @throws if the folder of the profiles cannot be read
 */
export async function profileFolder(
  profile: string,
  { root, files }: { root: string; files: ProfileFiles },
): Promise<string | null> {
  const profiles = `${await profilesRoot(root, files)}/basic/profiles`;
  for (const name of await files.listFolders(profiles)) {
    const folder = `${profiles}/${name}`;
    const ini = await files.readText(`${folder}/basic.ini`).catch(() => "");
    if ((parseIni(ini).get("General")?.get("Name") ?? name) === profile) return folder;
  }
  return null;
}

/** OBS 31 and later can keep profiles elsewhere: `[Locations] Profiles` in `global.ini`. */
async function profilesRoot(root: string, { readText }: ProfileFiles): Promise<string> {
  const ini = await readText(`${root}/global.ini`).catch(() => "");
  const moved = parseIni(ini).get("Locations")?.get("Profiles");
  return moved ? `${moved}/obs-studio` : root;
}
