/** The built sidecar, started as `deno task start` starts it. */
import type { Telemetry } from "../../shared/telemetry.ts";
import { exists } from "../exists.ts";
import { freePort } from "./ports.ts";
import { type PeerProcess, startProcess } from "./process.ts";
import { until } from "./until.ts";

/** How to start a sidecar. */
export interface SidecarPeerOptions {
  /** HOME of the user whose OBS is to be found. */
  home: string;
  /** Kept after `stop` if given; else a temporary one. */
  dataDir?: string;
  /** config.toml, written before the start. */
  config?: string;
  /** Port of its API; else a free one. */
  port?: number;
  env?: Record<string, string>;
  /** What Deno is started with, up to the command; else as `deno task start` does. */
  args?: readonly string[];
}

/** A running sidecar. Disposing of it stops it and deletes a temporary data directory. */
export interface SidecarPeer extends AsyncDisposable {
  readonly process: PeerProcess;
  readonly dataDir: string;
  readonly port: number;
  readonly bridgePath: string;
  /** The API's token. */
  token(): string;
  /** bridge.json as it is now. */
  bridge(): Telemetry;
  /** Waits until a bridge.json fulfils the condition, and returns it. */
  untilBridge(
    condition: (telemetry: Telemetry) => boolean,
    options: { what: string; withinMs?: number },
  ): Promise<Telemetry>;
}

const REPOSITORY = new URL("../../", import.meta.url);

/** What `deno task start` runs after the build, as arguments for deno. */
export function sidecarArguments(): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", REPOSITORY)));
  return String(tasks.start.command).split(/\s+/).slice(1);
}

/** Starts the sidecar and waits for its first bridge.json. */
export async function startSidecarPeer(options: SidecarPeerOptions): Promise<SidecarPeer> {
  const dataDir = options.dataDir ?? await Deno.makeTempDir({ prefix: "sidecar-" });
  if (options.config !== undefined) {
    await Deno.writeTextFile(`${dataDir}/config.toml`, options.config);
  }
  const port = options.port ?? freePort();
  const bridgePath = `${dataDir}/bridge.json`;
  const bridge = () => JSON.parse(Deno.readTextFileSync(bridgePath)) as Telemetry;
  const lastSequence = exists(bridgePath) ? bridge().sequence : 0;
  const process = startProcess(Deno.execPath(), {
    args: [...options.args ?? sidecarArguments(), "--data-dir", dataDir, "--port", String(port)],
    cwd: decodeURIComponent(REPOSITORY.pathname),
    env: { HOME: options.home, PATH: Deno.env.get("PATH") ?? "", ...options.env },
  });
  const stop = async () => {
    await process.stop();
    if (options.dataDir === undefined) await Deno.remove(dataDir, { recursive: true });
  };
  try {
    await process.waitForOutput(/The API is at/);
    await until(() => bridge().sequence > lastSequence, { what: "the sidecar writes bridge.json" });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    process,
    dataDir,
    port,
    bridgePath,
    token: () => Deno.readTextFileSync(`${dataDir}/api-token`).trim(),
    bridge,
    untilBridge: (condition, { what, withinMs = 15_000 }) =>
      until(() => {
        const telemetry = bridge();
        return condition(telemetry) && telemetry;
      }, { what: `bridge.json shows that ${what}`, withinMs }),
    [Symbol.asyncDispose]: stop,
  };
}
