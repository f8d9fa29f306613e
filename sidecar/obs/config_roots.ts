/** Where OBS keeps its configuration. */

/** What is needed of the environment to find OBS's folders. */
export interface ObsPlaces {
  os: typeof Deno.build.os;
  /** The user's home folder; null if unknown. */
  home: string | null;
  /** Environment variables by name: APPDATA, XDG_CONFIG_HOME, ProgramFiles. */
  env(name: string): string | undefined;
}

/**
 * Every folder that may hold an `obs-studio` configuration, likeliest first: the installed OBS,
 * Flatpak, Snap, and a portable OBS in the default installation folder.
 */
export function obsConfigRoots({ os, home, env }: ObsPlaces): string[] {
  const roots: string[] = [];
  if (os === "windows") {
    const appData = env("APPDATA");
    if (appData !== undefined) roots.push(`${appData}\\obs-studio`);
    const programs = env("ProgramFiles");
    if (programs !== undefined) roots.push(`${programs}\\obs-studio\\config\\obs-studio`);
    return roots;
  }
  if (home === null) return roots;
  if (os === "darwin") return [`${home}/Library/Application Support/obs-studio`];
  return [
    `${env("XDG_CONFIG_HOME") || `${home}/.config`}/obs-studio`,
    `${home}/.var/app/com.obsproject.Studio/config/obs-studio`,
    `${home}/snap/obs-studio/current/.config/obs-studio`,
  ];
}
