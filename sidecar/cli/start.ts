import { CONFIG_FIELDS } from "../../shared/config_fields.ts";
import { LOG_LEVELS } from "../log/log.ts";
import { choiceFlag, portFlag, textFlag } from "./arguments.ts";
import type { Command } from "./command.ts";
import { runSidecar } from "./session.ts";

/** `deno task start`: the sidecar. */
export const start: Command = {
  name: "start",
  help: `Usage: deno task start [options]

Runs the sidecar until Ctrl-C. OBS need not be running, now or ever.

  --data-dir DIR      where settings, bridge.json and the log are kept
                      (else OBS_TELEMETRY_DATA_DIR, else the usual place)
  --port N            port of the dock and the API (default ${CONFIG_FIELDS.api.port.default})
  --log-level LEVEL   trace, debug, info, warn or error (else OBS_TELEMETRY_LOG)
  --help              print this
  --version           print the version

Exit codes: 0 ended by the user, 2 could not run, 3 another sidecar is running.`,
  flags: { "data-dir": "string", port: "string", "log-level": "string" },
  run: (flags, environment) =>
    runSidecar({
      dataDir: textFlag(flags, "data-dir"),
      port: portFlag(flags, "port"),
      logLevel: choiceFlag(flags, { name: "log-level", choices: LOG_LEVELS }),
    }, environment),
};
