import { build, type Plugin, stop } from "esbuild";

/** The dock's source folder. */
const SOURCE = new URL("./", import.meta.url);

function path(name: string): string {
  return decodeURIComponent(new URL(name, SOURCE).pathname).replace(/^\/([A-Za-z]:)/, "$1");
}

/** Where uPlot's module begins to offer its parts one by one (uplot 1.6.32, uPlot.esm.js). */
const UPLOT_PARTS = "uPlot.assign = assign;";

/**
 * Leaves out of uPlot what the dock never draws: bars, splines, steps, and the joining of tables.
 * They hang on its function as properties, where no bundler can see that nobody uses them.
 */
const lighterUplot: Plugin = {
  name: "lighter-uplot",
  setup({ onLoad }) {
    onLoad({ filter: /uPlot\.esm\.js$/ }, async ({ path }) => {
      const text = await Deno.readTextFile(path);
      const start = text.indexOf(UPLOT_PARTS);
      const end = text.lastIndexOf("export {");
      if (start === -1 || end < start) {
        throw new Error(`${path} is built another way than this build expects: see UPLOT_PARTS`);
      }
      return { contents: text.slice(0, start) + text.slice(end) };
    });
  },
};

/**
 * Bundles the dock into `outDir`: index.html, main.js and styles.css. Made for Chromium 103, the
 * oldest browser inside an OBS that is supported (OBS 28), and without source maps or inline
 * code, as the API's Content-Security-Policy wants it.
 * @throws if the sources have an error; the message names file and line
 */
export async function buildDock({ outDir }: { outDir: string }): Promise<void> {
  await Deno.mkdir(outDir, { recursive: true });
  try {
    await build({
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
      plugins: [lighterUplot],
    });
  } finally {
    await stop();
  }
  await Deno.copyFile(path("index.html"), `${outDir}/index.html`);
}
