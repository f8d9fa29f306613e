/** Names of the folders in a folder. @throws if it cannot be read */
export async function listFolders(path: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(path)) if (isDirectory) names.push(name);
  return names;
}
