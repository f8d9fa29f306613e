import type { BuildOptions, Plugin } from "esbuild";

/**
 * obs-websocket-js logs through `debug`, whose browser build opens a localStorage database on
 * disk. The bundle leaves it out.
 */
const withoutDebug: Plugin = {
  name: "without-debug",
  setup(build) {
    build.onResolve({ filter: /^debug$/ }, () => ({ path: "debug", namespace: "without-debug" }));
    build.onLoad({ filter: /.*/, namespace: "without-debug" }, () => ({
      contents: "export default () => () => {};",
    }));
  },
};

const COMMON = {
  bundle: true,
  format: "esm",
  target: "esnext",
  // Names stay, so that a stack trace in the log can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "none",
  logLevel: "warning",
} as const satisfies BuildOptions;

/**
 * How the sidecar is bundled. The browser's builds of the libraries use Deno's own WebSocket and
 * fetch in place of a second implementation of them: 46 MB of memory in place of 62. `buildId`
 * is that of the dock which is built with it (shared/build_id.ts).
 */
export function sidecarBundle(outdir: string, buildId: string): BuildOptions {
  return {
    ...COMMON,
    entryPoints: ["sidecar/main.ts"],
    outdir,
    platform: "browser",
    splitting: true,
    external: ["node:*"],
    define: { OBS_TELEMETRY_BUILD: JSON.stringify(buildId) },
    plugins: [withoutDebug],
  };
}

/** How the inventory is bundled, a program of its own: its library needs Node's modules. */
export function inventoryBundle(outdir: string): BuildOptions {
  return {
    ...COMMON,
    entryPoints: { inventory: "sidecar/diagnose/collect_inventory.ts" },
    outdir,
    platform: "node",
    external: ["osx-temperature-sensor", "macos-temperature-sensor"],
    banner: {
      js:
        'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  };
}
