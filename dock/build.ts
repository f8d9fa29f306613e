import { build, type Plugin, stop } from "esbuild";

/** The dock's source folder. */
const SOURCE = new URL("./", import.meta.url);

function path(name: string): string {
  return decodeURIComponent(new URL(name, SOURCE).pathname).replace(/^\/([A-Za-z]:)/, "$1");
}

/**
 * Bundles the dock into `outDir`: index.html, main.js and styles.css. Made for Chromium 103, the
 * oldest browser inside an OBS that is supported (OBS 28), and without source maps or inline
 * code, as the API's Content-Security-Policy wants it. `buildId` is that of the sidecar which is
 * built with it; without one it fits a sidecar that runs from its sources (shared/build_id.ts).
 * @returns paths of all files that it is made of
 * @throws if the sources have an error; the message names file and line
 */
export async function buildDock(
  { outDir, buildId, plugins = [] }: {
    outDir: string;
    buildId?: string;
    plugins?: readonly Plugin[];
  },
): Promise<string[]> {
  await Deno.mkdir(outDir, { recursive: true });
  try {
    const { metafile } = await build({
      entryPoints: [path("main.tsx"), path("styles.css")],
      outdir: outDir,
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "chrome103",
      jsx: "automatic",
      jsxImportSource: "preact",
      legalComments: "none",
      logLevel: "silent",
      define: buildId === undefined ? {} : { OBS_TELEMETRY_BUILD: JSON.stringify(buildId) },
      metafile: true,
      plugins: [...plugins],
    });
    await Deno.copyFile(path("index.html"), `${outDir}/index.html`);
    return Object.keys(metafile.inputs);
  } finally {
    await stop();
  }
}
