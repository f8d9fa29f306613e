import type { Environment } from "../environment.ts";
import { runSetup } from "../setup/run_setup.ts";
import { findRunningObs, type RunningObs } from "../setup/running_obs.ts";
import type { SetupTerminal } from "../setup/setup_options.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import { EXIT, type Flags, portFlag, textFlag, textsFlag, UsageError } from "./arguments.ts";
import type { Command } from "./command.ts";
import { chosenDataDir } from "./session.ts";

const HELP = `Usage: deno task setup [options]

Connects OBS in one step, while OBS is closed: turns on its WebSocket server, adds the dock, and
adds the overlay's script to scene collections. Shows what it will change, and asks first. What is
there already stays as it is; passwords, ports and other docks are never changed. The WebSocket
server's port is open to the whole network: OBS asks for its password, keep that on.

  --dry-run           show what would be changed, and change nothing
  --undo              take out again what setup has put in, and nothing else
  --yes               do not ask: all that is shown is done, in the current scene collection
  --start-with-obs    let OBS start the sidecar; at a terminal you are asked for that
  --collection NAME   put the overlay into this scene collection; may be given several times
  --obs DIR           only the OBS in this folder: a portable one, or an obs-studio folder
  --data-dir DIR      the sidecar's data directory, if it is given one
  --port N            the sidecar's port, if it is given one
  --help              print this
  --version           print the version

Exit codes: 0 done or nothing to do, 1 declined or not all done, 2 could not run.`;

/** What the command asks of its surroundings; tests give their own. */
export interface SetupSurroundings {
  terminal: SetupTerminal;
  /** Whether OBS runs; `ports` are those of the WebSocket servers that are turned on. */
  findRunningObs(ports: readonly number[], environment: Environment): Promise<RunningObs>;
  clock: Clock;
}

/** Makes the command. */
export function createSetupCommand(surroundings: SetupSurroundings): Command {
  return {
    name: "setup",
    help: HELP,
    flags: {
      "dry-run": "boolean",
      undo: "boolean",
      yes: "boolean",
      "start-with-obs": "boolean",
      collection: "strings",
      obs: "string",
      "data-dir": "string",
      port: "string",
    },
    async run(flags: Flags, environment: Environment): Promise<number> {
      const collections = textsFlag(flags, "collection");
      const undo = flags["undo"] === true;
      const startWithObs = flags["start-with-obs"] === true;
      if (undo && (collections.length > 0 || startWithObs)) {
        throw new UsageError(
          `--undo takes no ${
            startWithObs ? "--start-with-obs" : "--collection"
          }: it takes out all ` +
            "that setup put in.",
        );
      }
      const { terminal, findRunningObs, clock } = surroundings;
      const isDryRun = flags["dry-run"] === true;
      const yes = flags["yes"] === true;
      if (!isDryRun && !yes && !terminal.isTerminal()) {
        environment.printError(
          "There is nobody to ask here. Give --yes to make the changes without being asked, or " +
            "--dry-run to see them.",
        );
        return EXIT.cannotRun;
      }
      const isDone = await runSetup({
        dataDir: chosenDataDir(textFlag(flags, "data-dir"), environment),
        port: portFlag(flags, "port"),
        obs: textFlag(flags, "obs"),
        collections,
        startWithObs,
        isDryRun,
        undo,
        yes,
      }, {
        environment,
        terminal,
        clock,
        findRunningObs: (ports) => findRunningObs(ports, environment),
      });
      return isDone ? EXIT.ok : EXIT.failed;
    },
  };
}

/** `deno task setup`: connects OBS in one step. */
export const setup = createSetupCommand({
  terminal: {
    isTerminal: () => Deno.stdin.isTerminal(),
    ask: (question) => prompt(question),
  },
  findRunningObs: (ports, { os, env }) =>
    findRunningObs(ports, { os, systemRoot: env("SystemRoot") }),
  clock: systemClock,
});
