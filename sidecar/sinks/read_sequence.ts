/** `sequence` of the bridge file that is there, so that it never goes backwards; else 0. */
export async function readSequence(path: string): Promise<number> {
  try {
    const { sequence } = JSON.parse(await Deno.readTextFile(path));
    return Number.isSafeInteger(sequence) && sequence > 0 ? sequence : 0;
  } catch {
    return 0;
  }
}
