import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

/** Puts a program and all it imports into `<folder>/peer.js`, for a Deno without npm packages. */
export async function bundlePeer(program: URL, folder: string): Promise<void> {
  try {
    await esbuild.build({
      entryPoints: [fileURLToPath(program)],
      outfile: `${folder}/peer.js`,
      bundle: true,
      format: "esm",
      external: ["node:*"],
      logLevel: "error",
    });
  } finally {
    await esbuild.stop();
  }
}
