import { type SimulatedObs, startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import type { SimulatedObsOptions } from "../../sidecar/demo/simulated_obs.ts";
import { ObsCollector } from "../../sidecar/collectors/obs.ts";
import type { ObsReading } from "../../sidecar/collectors/collector.ts";
import { ObsConnection } from "../../sidecar/obs/connection.ts";
import type { ObsEndpoint } from "../../sidecar/obs/endpoint.ts";
import { SilenceWatch } from "../../sidecar/obs/silence_watch.ts";
import { ObsSession, type StateEvent } from "../../sidecar/obs/session.ts";
import type { ProfileFiles } from "../../sidecar/obs/profile_folder.ts";
import { FakeTime } from "../fake_time.ts";
import { keptLog } from "../log_lines.ts";
import { until } from "../peers/until.ts";

/** How long a test's OBS may take to answer, in place of two seconds. */
const DEADLINE_MS = 150;

/** A simulated OBS with the sidecar's client and collector. */
export interface ObsRig {
  readonly obs: SimulatedObs;
  /** Where the client looks for OBS. */
  endpoint: ObsEndpoint;
  readonly connection: ObsConnection;
  readonly collector: ObsCollector;
  /** The collector's and the client's clock; the deadlines and pauses are real and short. */
  readonly time: FakeTime;
  readonly lines: string[];
  readonly events: StateEvent[];
  /** Times that the collector asked for a snapshot at once. */
  triggers(): number;
  /** Times that OBS was connected or lost. */
  changes(): number;
  connected(): Promise<void>;
  disconnected(): Promise<void>;
  /** Takes one reading, `ms` after the one before. */
  tick(ms?: number): Promise<ObsReading>;
}

/** What a test may set. */
export interface ObsRigOptions extends SimulatedObsOptions {
  /** Passwords that the client knows; default: OBS's own. */
  passwords?: string[];
  /** As if OBS ran there; the simulated one is reached in any case. */
  host?: string;
  files?: ProfileFiles;
  /** dBFS below which the streamed track is silent; absent: nobody listens. */
  silenceDb?: number;
  /** For each call, in milliseconds; short by default, for those that wait for one to be over. */
  deadlineMs?: number;
}

const NO_FILES: ProfileFiles = {
  readText: (path) => Promise.reject(new Deno.errors.NotFound(path)),
  listFolders: (path) => Promise.reject(new Deno.errors.NotFound(path)),
};

/** Registers a test with a simulated OBS; the client has not been started. */
export function rigTest(
  name: string,
  fn: (rig: ObsRig) => Promise<void>,
  options: ObsRigOptions = {},
): void {
  Deno.test(name, async () => {
    const obs = await startSimulatedObs(options);
    const rig = createRig(obs, options);
    try {
      await fn(rig);
    } finally {
      obs.resume();
      await rig.collector.close();
      await obs.close();
    }
  });
}

/** Passwords as the sidecar finds them on disk. */
export function foundPasswords(...values: string[]): ObsEndpoint["passwords"] {
  return values.map((value) => ({ value, source: "/cfg/global.ini" }));
}

function createRig(obs: SimulatedObs, options: ObsRigOptions): ObsRig {
  const { log, lines } = keptLog();
  const time = new FakeTime();
  const events: StateEvent[] = [];
  let triggers = 0;
  let changes = 0;
  const connection = new ObsConnection({
    findEndpoints: () => Promise.resolve([rig.endpoint]),
    onChange: () => changes++,
    onEvent(event, data) {
      events.push(event);
      if (rig.collector.handleEvent(event, data)) triggers++;
    },
    log,
    clock: time,
    openSession: (session) =>
      ObsSession.open({
        ...session,
        host: "127.0.0.1",
        deadlineMs: options.deadlineMs ?? DEADLINE_MS,
      }),
    pause: (_, signal) => shortPause(signal),
  });
  const { password = null, host = "127.0.0.1", files = NO_FILES, silenceDb } = options;
  const known = options.passwords ?? (password === null ? [] : [password]);
  const rig: ObsRig = {
    obs,
    endpoint: {
      host,
      port: obs.port,
      passwords: foundPasswords(...known),
      configRoot: "/cfg",
      disabled: false,
      isRunning: false,
    },
    connection,
    collector: new ObsCollector({
      connection,
      files,
      clock: time,
      ...(silenceDb === undefined
        ? {}
        : { silence: new SilenceWatch({ clock: time, levelDb: () => silenceDb }) }),
    }),
    time,
    lines,
    events,
    triggers: () => triggers,
    changes: () => changes,
    async connected() {
      connection.start();
      await until(() => connection.session !== null, { what: "OBS is connected", withinMs: 5000 });
    },
    async disconnected() {
      await until(() => connection.session === null, { what: "OBS is lost", withinMs: 5000 });
    },
    tick(ms = 500) {
      time.sleep(ms);
      return rig.collector.collect();
    },
  };
  return rig;
}

/** Long enough for the test to run, short enough not to wait for. */
function shortPause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 10);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
