/**
 * What a launcher of the Windows package starts its deno.exe with, up to the program's file: read
 * out of its bytes, where C keeps wide texts as UTF-16.
 * @throws if it holds no such text
 */
export async function launcherFlags(launcher: string): Promise<string[]> {
  const text = new TextDecoder("utf-16le").decode(await Deno.readFile(launcher));
  const flags = /" (run --no-config [^\0"]+) "\0/.exec(text)?.[1];
  if (flags === undefined) throw new Error(`${launcher} holds no flags for Deno.`);
  return flags.split(" ");
}
