import { extname } from "node:path";
import type { Plugin } from "esbuild";

/** How a checkout's commands begin in help, messages and the dock. */
const IN_SOURCES = "deno task ";

/** Puts a package's own program where texts name the checkout's commands: `obs-telemetry dock`. */
export function commandName(program: string): Plugin {
  return {
    name: "command-name",
    setup(build) {
      // Libraries go on as they are: an answer of undefined is "not mine".
      build.onLoad(
        { filter: /\.tsx?$/ },
        ({ path }) =>
          /[\\/]node_modules[\\/]/.test(path) ? undefined : {
            contents: Deno.readTextFileSync(path).replaceAll(IN_SOURCES, `${program} `),
            loader: extname(path) === ".tsx" ? "tsx" : "ts",
          },
      );
    },
  };
}
