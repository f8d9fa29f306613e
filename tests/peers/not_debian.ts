const OS_RELEASE = "/etc/os-release";

/**
 * Why no newer Debian's packages can be had here; null if they can. Systems made from Debian have
 * mirrors of their own, without Debian's releases.
 */
export function notDebian(): string | null {
  let text: string;
  try {
    text = Deno.readTextFileSync(OS_RELEASE);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    text = "";
  }
  // os-release(5): the id may stand in quotes.
  if (/^ID=["']?debian["']?$/m.test(text)) return null;
  return "packages of a newer Debian are fetched on Debian only";
}
