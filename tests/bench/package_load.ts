/** All that a sidecar of a package has to do while it is measured. */
import type { Telemetry } from "../../shared/telemetry.ts";
import { until } from "../peers/until.ts";
import { openEventStream } from "./event_stream.ts";
import { startExportBackend } from "./export_backend.ts";
import { startObsPeer } from "./obs_peer.ts";

/** A simulated OBS with five streams and a recording, and a metrics backend. */
export interface PackageLoad extends AsyncDisposable {
  /** config.toml with which a sidecar finds them; everything else at its default. */
  readonly config: string;
  /** What is to be put into its vault before. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Waits until a sidecar watches all outputs and exports, and follows its events from then on. */
  begin(dataDir: string): Promise<void>;
}

/** Starts them for a sidecar whose API will be at `port`. */
export async function startPackageLoad(port: number): Promise<PackageLoad> {
  const obs = await startObsPeer();
  const backend = startExportBackend();
  let events: Disposable | null = null;

  async function begin(dataDir: string): Promise<void> {
    await until(() => {
      const text = Deno.readTextFileSync(`${dataDir}/bridge.json`);
      const { outputs } = (JSON.parse(text) as Telemetry).obs;
      return outputs?.filter(({ active }) => active).length === 6;
    }, { what: "five streams and a recording run", withinMs: 60_000 });
    const token = (await Deno.readTextFile(`${dataDir}/api-token`)).trim();
    events = await openEventStream({ port, token });
    await backend.until(1);
  }

  return {
    config: `[api]\nport = ${port}\n${obs.config}`,
    secrets: { "grafana.api_url": backend.address, "grafana.api_token": "123456:a-token" },
    begin,
    async [Symbol.asyncDispose]() {
      events?.[Symbol.dispose]();
      await backend[Symbol.asyncDispose]();
      await obs[Symbol.asyncDispose]();
    },
  };
}
