/** A real OBS Studio in a home of its own, under a virtual display. */
import { OBSWebSocket } from "obs-websocket-js/json";
import { obsConfigFolder, type ObsHomeOptions, writeObsHome } from "./obs_config.ts";
import {
  chosenDebian,
  type NewerDebian,
  type ObsInstallation,
  type ObsVersion,
  openObsInstallation,
} from "./obs_installation.ts";
import { freePort } from "./ports.ts";
import { type PeerProcess, startProcess } from "./process.ts";
import { until } from "./until.ts";
import { startXvfb } from "./xvfb.ts";

/** How OBS is to be set up; the default is a light 320×180 at 30 fps with a password. */
export interface ObsOptions extends Partial<ObsHomeOptions> {
  /** Out of this Debian's packages; null is the installed one. Else `chosenDebian`. */
  debian?: NewerDebian | null;
  /** Further environment variables of OBS. */
  env?: Record<string, string>;
  /** Further arguments of OBS. */
  args?: string[];
  /** Changes the fresh home before the first start. */
  prepare?: (home: string) => void | Promise<void>;
}

/** A running OBS. Disposing of it stops it and deletes its home. */
export interface Obs extends AsyncDisposable {
  /** OBS's HOME: its configuration is in `.config/obs-studio`. */
  readonly home: string;
  /** `home/.config/obs-studio`. */
  readonly configFolder: string;
  readonly version: ObsVersion;
  /** As OBS tells it: `32.2.2`. */
  readonly versionName: string;
  /** Where recordings go, unless the profile says otherwise. */
  readonly recordFolder: string;
  readonly wsPort: number;
  readonly password: string;
  /** The process of the latest start. */
  readonly process: PeerProcess;
  /** A client of the latest start, connected and identified. */
  readonly client: OBSWebSocket;
  /** Points OBS at an ingest server. */
  setServer(server: string, key: string): Promise<void>;
  /** Starts streaming and waits until frames go out. */
  startStream(): Promise<void>;
  /** Stops streaming and waits until the output is inactive. */
  stopStream(): Promise<void>;
  /** Starts recording and waits until frames go out. */
  startRecord(): Promise<void>;
  /** Stops recording, waits until the file is closed and returns its path. */
  stopRecord(): Promise<string>;
  /** Kills OBS as a crash would. */
  kill9(): Promise<void>;
  /** Hangs OBS: it keeps its sockets and answers nothing. */
  sigstop(): void;
  /** Wakes a hung OBS. */
  sigcont(): void;
  /**
   * Starts OBS in the same home, ending a running one cleanly first. Resolves when it answers.
   * @param options.password of its websocket server, if that was changed
   * @param options.debian takes that Debian's OBS from now on, as an update of OBS does
   */
  restart(options?: { password?: string; debian?: NewerDebian }): Promise<void>;
  /**
   * Ends OBS cleanly, so that it saves its files, and returns all it printed. The home stays.
   * @throws Error if OBS crashes or hangs while it ends
   */
  quit(): Promise<string>;
  /** Ends OBS and the display, and deletes the home. */
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;

/** Starts OBS in a fresh home and waits until its websocket server answers requests. */
export async function startObs(options: ObsOptions = {}): Promise<Obs> {
  const { env = {}, args = [], prepare, debian = chosenDebian(), ...rest } = options;
  const installation = await openObsInstallation(debian);
  const settings: ObsHomeOptions = {
    wsPort: rest.wsPort ?? freePort(),
    password: "testpass123",
    width: 320,
    height: 180,
    fps: 30,
    profile: {},
    scripts: [],
    ...rest,
  };
  const home = await Deno.makeTempDir({ prefix: "obs_home_" });
  await using opened = new AsyncDisposableStack();
  opened.defer(() => Deno.remove(home, { recursive: true }));
  await writeObsHome(home, { ...settings, version: installation.version });
  await prepare?.(home);
  const screen = opened.use(await startXvfb());
  const obs = new RunningObs({
    home,
    settings,
    installation,
    args,
    env: { DISPLAY: screen.display, ...env },
  });
  try {
    await obs.restart();
  } catch (error) {
    await obs.stop();
    throw error;
  }
  const kept = opened.move();
  obs.onStop = () => kept.disposeAsync();
  return obs;
}

/** Numbers of the system calls poll and ppoll on x86-64, and of ppoll on arm64. */
const POLL_CALLS = ["7", "271", "73"];

/**
 * Whether a program's main thread waits for events. OBS 29 closes its window inside the signal
 * handler, so a SIGINT that comes in the middle of painting crashes it.
 */
function isIdle(pid: number): boolean {
  try {
    const [call = ""] = Deno.readTextFileSync(`/proc/${pid}/syscall`).split(" ");
    return POLL_CALLS.includes(call);
  } catch (error) {
    // Ended by itself, or a kernel that does not tell: nothing to wait for.
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.PermissionDenied) {
      return true;
    }
    throw error;
  }
}

class RunningObs implements Obs {
  readonly home: string;
  readonly configFolder: string;
  readonly recordFolder: string;
  readonly wsPort: number;
  readonly password: string;
  onStop: () => Promise<void> = () => Promise.resolve();
  #process: PeerProcess | undefined;
  #client: OBSWebSocket | undefined;
  readonly #args: string[];
  readonly #env: Record<string, string>;
  #installation: ObsInstallation;

  constructor(
    { home, settings, installation, args, env }: {
      home: string;
      settings: ObsHomeOptions;
      installation: ObsInstallation;
      args: string[];
      env: Record<string, string>;
    },
  ) {
    this.home = home;
    this.configFolder = obsConfigFolder(home);
    this.recordFolder = `${home}/recordings`;
    this.wsPort = settings.wsPort;
    this.password = settings.password;
    this.#installation = installation;
    this.#args = args;
    this.#env = {
      PATH: "/usr/bin:/bin",
      LANG: "C.UTF-8",
      HOME: home,
      XDG_RUNTIME_DIR: `${home}/run`,
      QT_QPA_PLATFORM: "xcb",
      LIBGL_ALWAYS_SOFTWARE: "1",
      ...env,
    };
  }

  get version(): ObsVersion {
    return this.#installation.version;
  }

  get versionName(): string {
    return this.#installation.versionName;
  }

  get process(): PeerProcess {
    if (this.#process === undefined) throw new Error("OBS is not running: call restart() first");
    return this.#process;
  }

  get client(): OBSWebSocket {
    if (this.#client === undefined) throw new Error("OBS is not running: call restart() first");
    return this.#client;
  }

  async setServer(server: string, key: string): Promise<void> {
    await this.client.call("SetStreamServiceSettings", {
      streamServiceType: "rtmp_custom",
      streamServiceSettings: { server, key },
    });
  }

  async startStream(): Promise<void> {
    await this.client.call("StartStream");
    await until(async () => {
      const { outputActive, outputTotalFrames } = await this.client.call("GetStreamStatus");
      return outputActive && outputTotalFrames > 0;
    }, { what: "OBS streams" });
  }

  async stopStream(): Promise<void> {
    await this.client.call("StopStream");
    await until(async () => !(await this.client.call("GetStreamStatus")).outputActive, {
      what: "OBS has stopped streaming",
    });
  }

  async startRecord(): Promise<void> {
    await this.client.call("StartRecord");
    await until(async () => {
      const { outputActive, outputBytes } = await this.client.call("GetRecordStatus");
      return outputActive && outputBytes > 0;
    }, { what: "OBS records" });
  }

  async stopRecord(): Promise<string> {
    const stopped = new Promise<string>((resolve) => {
      const listen = (event: { outputState: string; outputPath: string }) => {
        if (event.outputState !== "OBS_WEBSOCKET_OUTPUT_STOPPED") return;
        this.client.off("RecordStateChanged", listen);
        resolve(event.outputPath);
      };
      this.client.on("RecordStateChanged", listen);
    });
    await this.client.call("StopRecord");
    return await stopped;
  }

  async kill9(): Promise<void> {
    this.process.signal("SIGKILL");
    await this.#ended();
  }

  sigstop(): void {
    this.process.signal("SIGSTOP");
  }

  sigcont(): void {
    this.process.signal("SIGCONT");
  }

  async restart(
    { password = this.password, debian }: { password?: string; debian?: NewerDebian } = {},
  ): Promise<void> {
    if (this.#process !== undefined) await this.quit();
    if (debian !== undefined) this.#installation = await openObsInstallation(debian);
    const [program, ...args] = this.#installation.command;
    this.#process = startProcess(program, {
      args: [...args, "--multi", "--minimize-to-tray", "--disable-updater", ...this.#args],
      env: this.#env,
      cwd: this.home,
    });
    this.#client = await this.#connect(this.#process, password);
  }

  async quit(): Promise<string> {
    const process = this.process;
    process.signal("SIGCONT");
    await until(() => isIdle(process.pid), { what: "OBS is idle", withinMs: 5000 });
    process.signal("SIGINT");
    const hung = setTimeout(() => process.signal("SIGKILL"), 15_000);
    await this.#ended();
    clearTimeout(hung);
    const { success, code, signal } = await process.exited;
    if (!success) {
      const end = process.output().slice(-1000);
      throw new Error(`OBS ended with ${signal ?? `code ${code}`}. It printed last:\n${end}`);
    }
    return process.output();
  }

  async stop(): Promise<void> {
    try {
      // However it ends: what a test wants to know of the end, it asks `quit`.
      if (this.#process !== undefined) await this.quit().catch(() => {});
    } finally {
      await this.onStop();
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #ended(): Promise<void> {
    await this.process.exited;
    await this.#client?.disconnect();
    this.#client = undefined;
    this.#process = undefined;
  }

  async #connect(process: PeerProcess, password: string): Promise<OBSWebSocket> {
    let ended = false;
    process.exited.then(() => ended = true);
    const client = new OBSWebSocket();
    const answers = async () => {
      if (ended) return "ended" as const;
      if (!client.identified) await client.connect(`ws://127.0.0.1:${this.wsPort}`, password);
      await client.call("GetSceneList");
      return "ready" as const;
    };
    const outcome = await until(answers, { what: "OBS answers", withinMs: READY_WITHIN_MS })
      .catch((error) => {
        throw new Error(`${error.message}. OBS printed:\n${process.output().slice(-3000)}`);
      });
    if (outcome === "ended") {
      throw new Error(`OBS ended while starting. It printed:\n${process.output().slice(-3000)}`);
    }
    return client;
  }
}
