import type { Config } from "../../shared/config.ts";
import { CONFIG_FIELDS } from "../../shared/config_fields.ts";
import { dockUrl } from "../../shared/dock_url.ts";
import { openSettings } from "../config/settings_file.ts";
import { openDataDir } from "../data_dir/data_dir.ts";
import { createEvening } from "../demo/evening.ts";
import { rememberEvenings } from "../demo/remember_evenings.ts";
import { startSimulatedObs } from "../demo/simulated_obs.ts";
import { startStreamServer } from "../demo/stream_server.ts";
import type { Environment } from "../environment.ts";
import { retentionOf } from "../history/retention.ts";
import { createLog } from "../log/log.ts";
import { Redactor } from "../log/redactor.ts";
import { startSidecar } from "../sidecar.ts";
import { systemClock } from "../time/clock.ts";
import { createHeartbeat } from "../time/heartbeat.ts";
import { EXIT, portFlag } from "./arguments.ts";
import type { Command } from "./command.ts";

/** How often the simulated evening moves on. */
const STEP_MS = 100;

/** `deno task demo`: the whole thing against a simulated OBS. */
export const demo: Command = {
  name: "demo",
  help: `Usage: deno task demo [options]

Shows everything without OBS: a simulated OBS lives through an evening of four minutes, over and
over, with a network dip, an encoder overload and a busy GPU. Four made-up evenings before it stand
under Sessions. Nothing is kept afterwards.

  --port N     port of the dock and the API (default ${CONFIG_FIELDS.api.port.default})
  --help       print this
  --version    print the version`,
  flags: { port: "string" },
  async run(flags, environment) {
    const port = portFlag(flags, "port");
    const folder = await Deno.makeTempDir({ prefix: "obs-telemetry-demo-" });
    try {
      await runDemo({ folder, port }, environment);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
    return EXIT.ok;
  },
};

async function runDemo(
  { folder, port }: { folder: string; port: number | null },
  environment: Environment,
): Promise<void> {
  const stopped = new Promise<void>((resolve) => environment.onStop(resolve));
  const dataDir = openDataDir(folder);
  const redactor = new Redactor();
  const log = createLog({
    level: () => "warn",
    writers: [(line) => environment.printError(line)],
    redact: (line) => redactor.redact(line),
    now: Date.now,
  });
  const obs = await startSimulatedObs({ clock: systemClock, meters: true });
  // The simulated stream goes nowhere: what is measured of its way stays on this machine.
  const streamServer = startStreamServer();
  obs.state.service.settings["server"] = streamServer.url;
  obs.state.recordDirectory = folder;
  using heartbeat = createHeartbeat({ log });
  const settings = await openSettings({
    path: dataDir.config,
    lock: dataDir.configLock,
    heartbeat,
    log,
  });
  await rememberEvenings({
    path: dataDir.history,
    nowMs: Date.now(),
    retention: retentionOf(settings.config),
    log,
  });
  const effective = (config: Config): Config => ({
    ...config,
    obs: { host: "127.0.0.1", port: obs.port },
    api: { port: port ?? config.api.port },
  });
  const evening = createEvening({ obs, clock: systemClock });
  let told = "";
  const timer = setInterval(() => {
    evening.advance();
    if (evening.phase.name === told) return;
    told = evening.phase.name;
    environment.print(`  ${told}`);
  }, STEP_MS);
  try {
    const sidecar = await startSidecar({
      config: effective(settings.config),
      settings,
      dataDir,
      // The user's own OBS has no part in this, whether it runs or not.
      environment: { ...environment, home: null, env: systemVariables(environment) },
      heartbeat,
      lookForObs: () => [],
      log,
      redactor,
    });
    settings.follow((config) => sidecar.apply(effective(config)));
    const { port: apiPort } = sidecar.api.state();
    environment.print(`The dock:    ${dockUrl(apiPort, sidecar.token())}`);
    environment.print(`The overlay: set its bridge file to ${dataDir.bridge}`);
    environment.print("Ctrl-C ends the demo. The evening:");
    await stopped;
    await settings.close();
    await sidecar.stop();
  } finally {
    clearInterval(timer);
    streamServer.close();
    await obs.close();
  }
}

/** Only what tells where the system's libraries are. */
function systemVariables({ env }: Environment): Environment["env"] {
  const names = new Set(["SystemRoot", "ProgramW6432"]);
  return (name) => names.has(name) ? env(name) : undefined;
}
