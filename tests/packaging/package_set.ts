/** The packages as tests want them: made once for all tests of a run. */
import { denoCache } from "../../sidecar/packaging/fetch_deno.ts";
import { makePackages } from "../../sidecar/packaging/make_packages.ts";
import { TARGETS } from "../../sidecar/packaging/targets.ts";
import { VERSION } from "../../sidecar/version.ts";
import { type Counterpart, MINGW, WIXL } from "../counterparts.ts";

/** What making packages takes. */
export const PACKAGING: readonly Counterpart[] = [WIXL, MINGW];

const TIME_S = Date.UTC(2026, 0, 2) / 1000;

/** Makes the packages of some systems in a new folder, which is the caller's to delete. */
export async function packagesIn(
  names: readonly string[],
  { version = VERSION }: { version?: string } = {},
): Promise<string> {
  const out = await Deno.makeTempDir({ prefix: "packages-" });
  const cache = denoCache((name) => Deno.env.get(name));
  const targets = TARGETS.filter(({ name }) => names.includes(name));
  await makePackages(targets, { out, cache, timeS: TIME_S, version });
  return out;
}

/** Path of a package within such a folder. */
export function packagePath(
  folder: string,
  { system, ending, version = VERSION }: { system: string; ending: string; version?: string },
): string {
  return `${folder}/obs-telemetry-bridge-${version}-${system}.${ending}`;
}

let made: Promise<string> | undefined;

/** The packages for Windows and Linux. They go when the tests end. */
export function packages(): Promise<string> {
  made ??= packagesIn(["windows-x64", "linux-x64"]).then((folder) => {
    addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
    return folder;
  });
  return made;
}
