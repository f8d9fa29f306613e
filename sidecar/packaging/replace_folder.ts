/**
 * Makes the folder `to` hold what `from` holds. Each file is renamed over the older one, so that
 * whoever reads `to` meanwhile finds every file; what is only in `to` goes at the end, but for the
 * names in `spare`. `from` may be within `to`.
 */
export async function replaceFolder(
  from: string,
  to: string,
  { spare = [] }: { spare?: readonly string[] } = {},
): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  const entries = await Array.fromAsync(Deno.readDir(from));
  for (const { name, isDirectory } of entries) {
    if (isDirectory) await replaceFolder(`${from}/${name}`, `${to}/${name}`);
    else await Deno.rename(`${from}/${name}`, `${to}/${name}`);
  }
  const kept = new Set([...spare, ...entries.map(({ name }) => name)]);
  for (const { name } of await Array.fromAsync(Deno.readDir(to))) {
    if (!kept.has(name)) await Deno.remove(`${to}/${name}`, { recursive: true });
  }
}
