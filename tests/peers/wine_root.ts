/** Builds what `wine.ts` runs programs in. */
import { denoCache, fetchDeno } from "../../sidecar/packaging/fetch_deno.ts";
import { TARGETS } from "../../sidecar/packaging/targets.ts";
import { exists } from "../exists.ts";
import { buildDebianRoot } from "./debian_root.ts";

/** The Debian whose Wine can run Deno. */
const SUITE = "trixie";
const PACKAGES = ["wine", "wine64"];

/**
 * A folder with a Debian and Wine in it; built if it is not there yet.
 * @throws NotFetchedError if it cannot be built, with the end of what the tool said
 */
export function buildWindowsRoot(): Promise<string> {
  return buildDebianRoot("wine-trixie", { suite: SUITE, packages: PACKAGES });
}

/** A folder with `deno.exe` in it, the one of the packages; made if it is not there yet. */
export async function windowsDeno(folder: string): Promise<string> {
  if (exists(`${folder}/deno.exe`)) return folder;
  const target = TARGETS.find(({ os }) => os === "windows");
  if (target === undefined) throw new Error("There is no package for Windows.");
  const bytes = await fetchDeno(target, { cache: denoCache((name) => Deno.env.get(name)) });
  await Deno.mkdir(folder, { recursive: true });
  const whole = `${folder}/${crypto.randomUUID()}`;
  await Deno.writeFile(whole, bytes);
  await Deno.rename(whole, `${folder}/deno.exe`);
  return folder;
}
