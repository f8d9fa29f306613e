import { dockUrl } from "../../shared/dock_url.ts";
import { openToken } from "../api/token.ts";
import { loadConfig } from "../config/load_config.ts";
import { openDataDir } from "../data_dir/data_dir.ts";
import { createLog } from "../log/log.ts";
import { EXIT, portFlag, textFlag } from "./arguments.ts";
import type { Command } from "./command.ts";
import { chosenDataDir } from "./session.ts";

const NEXT_STEP =
  "In OBS: Docks > Custom Browser Docks, any name, and this as the URL. It holds a " +
  "key: show it to nobody.";

/** `deno task dock`: the dock's URL. */
export const dock: Command = {
  name: "dock",
  help: `Usage: deno task dock [options]

Prints the dock's URL. In OBS: Docks > Custom Browser Docks, paste it as the URL.
The URL holds the key to the sidecar: show it to nobody.

  --rotate-token   make a new key first; docks with the old URL must get the new one
  --data-dir DIR   the sidecar's data directory, if it was given one
  --port N         the sidecar's port, if it was given one
  --help           print this
  --version        print the version`,
  flags: { "rotate-token": "boolean", "data-dir": "string", port: "string" },
  async run(flags, environment) {
    const dataDir = openDataDir(chosenDataDir(textFlag(flags, "data-dir"), environment));
    const log = createLog({
      level: () => "warn",
      writers: [(line) => environment.printError(line)],
      redact: (line) => line,
      now: Date.now,
    });
    const config = await loadConfig(dataDir.config, { log });
    const token = await openToken(dataDir.token);
    if (flags["rotate-token"] === true) await token.rotate();
    const port = portFlag(flags, "port") ?? config.api.port;
    environment.print(dockUrl(port, token.value()));
    // What reads the URL from a pipe gets that alone.
    if (Deno.stdout.isTerminal()) environment.printError(NEXT_STEP);
    return EXIT.ok;
  },
};
