const DIST = new URL("../../sidecar/dist/", import.meta.url);

/** Copies the built sidecar, without the dock. */
export async function copyDist(to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isFile } of Deno.readDir(DIST)) {
    if (isFile) await Deno.copyFile(new URL(name, DIST), `${to}/${name}`);
  }
}
