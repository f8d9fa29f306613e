import { dataDirFiles } from "../data_dir/data_dir.ts";
import { isInstanceLockHeld } from "../data_dir/instance_lock.ts";
import { requestStop } from "../data_dir/stop_request.ts";
import { EXIT, textFlag } from "./arguments.ts";
import type { Command } from "./command.ts";
import { chosenDataDir } from "./session.ts";

/** `deno task stop`: ends the sidecar that runs in the background. */
export const stop: Command = {
  name: "stop",
  help: `Usage: deno task stop [options]

Ends the sidecar, wherever it was started, and waits until it has ended.

  --data-dir DIR   the sidecar's data directory, if it was given one
  --help           print this
  --version        print the version

Exit codes: 0 ended, 1 it goes on, 2 could not run, 4 none was running.`,
  flags: { "data-dir": "string" },
  async run(flags, environment) {
    const files = dataDirFiles(chosenDataDir(textFlag(flags, "data-dir"), environment));
    const isRunning = () => isInstanceLockHeld(files.lock);
    if (!isRunning()) {
      environment.print("No sidecar is running.");
      return EXIT.notRunning;
    }
    if (await requestStop(files.stopRequest, { isRunning })) {
      environment.print("The sidecar has ended.");
      return EXIT.ok;
    }
    environment.printError(
      "The sidecar does not end by itself: end it in the system's list of processes. " +
        "Its files stay whole.",
    );
    return EXIT.failed;
  },
};
