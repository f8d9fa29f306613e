import esbuild, { type Plugin } from "esbuild";
import { buildDock } from "../../dock/build.ts";
import { inventoryBundle, sidecarBundle } from "./bundle_sidecar.ts";

/** How to build. */
export interface BuildIntoOptions {
  /** A name that sidecar and dock know one another by. */
  buildId: string;
  /** What else changes the sources on their way; none unless told otherwise. */
  plugins?: readonly Plugin[];
}

/**
 * Bundles sidecar, inventory and dock into a new folder, from the repository's folder.
 * @returns paths of all files that the bundles are made of
 */
export async function buildInto(
  folder: string,
  { buildId, plugins = [] }: BuildIntoOptions,
): Promise<string[]> {
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  try {
    const inputs: string[] = [];
    for (const options of [sidecarBundle(folder, buildId), inventoryBundle(folder)]) {
      const { metafile } = await esbuild.build({
        ...options,
        metafile: true,
        plugins: [...plugins, ...options.plugins ?? []],
      });
      inputs.push(...Object.keys(metafile.inputs));
    }
    inputs.push(...await buildDock({ outDir: `${folder}/dock`, buildId, plugins }));
    return [...new Set(inputs)].sort();
  } finally {
    await esbuild.stop();
  }
}
