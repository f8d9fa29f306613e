import { extname } from "node:path";
import type { Plugin } from "esbuild";

/** How a checkout's commands begin in help, messages and the dock. */
const IN_SOURCES = "deno task ";

/** Puts a package's own program where texts name the checkout's commands: `obs-telemetry dock`. */
export function commandName(program: string): Plugin {
  return {
    name: "command-name",
    setup(build) {
      build.onLoad({ filter: /^(?!.*node_modules).*[\\/](sidecar|shared|dock)[\\/].*\.tsx?$/ }, (
        { path },
      ) => ({
        contents: Deno.readTextFileSync(path).replaceAll(IN_SOURCES, `${program} `),
        loader: extname(path) === ".tsx" ? "tsx" : "ts",
      }));
    },
  };
}
