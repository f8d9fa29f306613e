import { Hono } from "hono/tiny";
import type { Log } from "../log/log.ts";
import type { DockFiles } from "./dock_files.ts";
import { methodNotAllowed, problem } from "./problem.ts";

/** The dock page and its files at `/`. They hold no data and need no token. */
export function createDock({ files, log }: { files: DockFiles; log: Pick<Log, "error"> }): Hono {
  const app = new Hono();
  for (const path of files.paths) {
    app.get(path, async () => {
      const file = await files.read(path).catch((cause) => {
        log.error(`Cannot read the dock's file for ${path}: build it with deno task build`, cause);
        return null;
      });
      if (file === null) {
        return problem(503, "The dock's files are missing. Run `deno task build`, then reload.");
      }
      return new Response(file.body, { headers: { "content-type": file.type } });
    });
    app.all(path, () => methodNotAllowed("GET", "HEAD"));
  }
  return app;
}
