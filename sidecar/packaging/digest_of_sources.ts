const SOURCE_FOLDERS = ["sidecar", "shared", "dock"];
const SOURCE_FILES = ["deno.json", "deno.lock"];

/** Paths of all source files, in a fixed order. */
async function sources(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (name === "dist") continue;
    if (isDirectory) paths.push(...await sources(path));
    else paths.push(path);
  }
  return paths.sort();
}

/** A digest of everything that goes into the bundles, from the repository's folder. */
export async function digestOfSources(): Promise<string> {
  const paths = [...SOURCE_FILES, ...(await Promise.all(SOURCE_FOLDERS.map(sources))).flat()];
  const parts = await Promise.all(paths.map(async (path) => {
    const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
    return `${new Uint8Array(digest).toHex()} ${path}`;
  }));
  return parts.join("\n");
}

/** A short name for these sources, which sidecar and dock know one another by. */
export async function buildIdOf(digest: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(digest));
  return new Uint8Array(bytes, 0, 8).toHex();
}
