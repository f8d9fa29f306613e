import { fiveOutputsSnapshot } from "./five_outputs_snapshot.ts";
import { createBridgeFile } from "../../sidecar/sinks/bridge_file.ts";

/** Replaces a bridge file again and again, each time with other figures. Disposing ends it. */
export function keepBridge(path: string, everyMs: number): Disposable {
  const sink = createBridgeFile(path);
  const encoder = new TextEncoder();
  let sequence = 0;

  function write(): void {
    const now = Date.now();
    const telemetry = fiveOutputsSnapshot({
      sequence: ++sequence,
      written_at_ms: now,
      timestamp: Math.floor(now / 1000),
    });
    for (const output of telemetry.obs.outputs ?? []) {
      output.bitrate_kbps = 5000 + sequence % 1000;
      output.uptime_s = sequence / 2;
    }
    telemetry.system.cpu_usage_percent = sequence % 100;
    void sink.write({ telemetry, json: encoder.encode(JSON.stringify(telemetry)) });
  }

  write();
  const timer = setInterval(write, everyMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
