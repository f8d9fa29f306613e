/** A whole sidecar that exports to a real VictoriaMetrics through a gate. */
import { openDataDir } from "../../sidecar/data_dir/data_dir.ts";
import type { HistoryRow } from "../../sidecar/history/row.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import { keyFileBackend } from "../../sidecar/vault/system_backends.ts";
import { openVault } from "../../sidecar/vault/vault.ts";
import { vaultFiles } from "../../sidecar/vault/vault_files.ts";
import { keptLog } from "../log_lines.ts";
import { type BackendGate, startBackendGate } from "../peers/backend_gate.ts";
import { type SidecarPeer, startSidecarPeer } from "../peers/sidecar.ts";
import { startVictoriaMetrics, type VictoriaMetrics } from "../peers/victoria_metrics.ts";
import { historyRows, type StoredSeries, storedSeries } from "./stored_series.ts";

/** A token that must be nowhere but in its header. */
export const CANARY = "canary-4f1c9e77-token";

/** What a test moves. */
export interface SidecarExportRig extends AsyncDisposable {
  readonly gate: BackendGate;
  readonly folder: string;
  readonly store: VictoriaMetrics;
  start(): Promise<SidecarPeer>;
  /** Everything that is stored. */
  stored(): Promise<StoredSeries[]>;
  /** Rows of the history. */
  rows(): HistoryRow[];
}

/** Makes one whose sidecar is set up and not started. */
export async function sidecarExportRig(
  { obs, home }: { obs: string; home?: string },
): Promise<SidecarExportRig> {
  const store = await startVictoriaMetrics();
  const gate = startBackendGate(store.origin);
  const folder = await Deno.makeTempDir({ prefix: "export-" });
  const files = vaultFiles(openDataDir(folder).root);
  const vault = openVault({
    path: files.vault,
    lockPath: files.lock,
    backends: [keyFileBackend(files.key)],
    clock: systemClock,
    log: keptLog().log,
  });
  const bytes = (text: string) => new TextEncoder().encode(text);
  await vault.set("grafana.api_url", bytes(`${gate.address}/opentelemetry`), { host: null });
  await vault.set("grafana.api_token", bytes(CANARY), { host: "127.0.0.1" });
  await vault.close();
  const config = `[engine]\nmetrics_interval = 1\nstreamer_name = "Anna"\n${obs}` +
    "[grafana]\npush_interval = 1\n";
  return {
    gate,
    folder,
    store,
    start: () => startSidecarPeer({ home: home ?? folder, dataDir: folder, config }),
    stored: () => storedSeries(store, "Anna"),
    rows: () => historyRows(`${folder}/history.db`),
    async [Symbol.asyncDispose]() {
      await gate[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
