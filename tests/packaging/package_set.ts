/** The packages as tests want them. */
import { denoCache } from "../../sidecar/packaging/fetch_deno.ts";
import { makePackages, type PackageEnding } from "../../sidecar/packaging/make_packages.ts";
import { TARGETS } from "../../sidecar/packaging/targets.ts";
import { VERSION } from "../../sidecar/version.ts";
import { type Counterpart, MINGW, WIXL } from "../counterparts.ts";

/** What making packages takes. */
export const PACKAGING: readonly Counterpart[] = [WIXL, MINGW];

const TIME_S = Date.UTC(2026, 0, 2) / 1000;

/** Makes the packages of some systems in a new folder, which is the caller's to delete. */
export async function packagesIn(
  names: readonly string[],
  { version = VERSION, endings }: { version?: string; endings?: readonly PackageEnding[] } = {},
): Promise<string> {
  const out = await Deno.makeTempDir({ prefix: "packages-" });
  const cache = denoCache((name) => Deno.env.get(name));
  const targets = TARGETS.filter(({ name }) => names.includes(name));
  try {
    await makePackages(targets, {
      ...endings === undefined ? {} : { endings },
      ...{ out, cache, timeS: TIME_S, version, say: () => {} },
    });
  } catch (error) {
    await Deno.remove(out, { recursive: true });
    throw error;
  }
  return out;
}

/** Path of a package within such a folder. */
export function packagePath(
  folder: string,
  { system, ending, version = VERSION }: { system: string; ending: string; version?: string },
): string {
  return `${folder}/obs-telemetry-bridge-${version}-${system}.${ending}`;
}
