import * as v from "valibot";
import { type Telemetry, TelemetrySchema } from "../../shared/telemetry.ts";

/** Follows a data directory's bridge.json. Disposing of it ends that. */
export interface BridgeWatch extends Disposable {
  /** Waits for a snapshot that fulfils the condition; resolves with when it was in place. */
  next(condition: (telemetry: Telemetry) => boolean): Promise<number>;
}

interface Waiter {
  condition(telemetry: Telemetry): boolean;
  resolve(atMs: number): void;
}

/**
 * Watches by the system's own notices of changes (inotify), so that waiting costs the machine
 * nothing. The moment of a snapshot is when its notice is taken up, on `performance.now()`.
 */
export function watchBridge(dataDir: string): BridgeWatch {
  const watcher = Deno.watchFs(dataDir, { recursive: false });
  const path = `${dataDir}/bridge.json`;
  let waiters: Waiter[] = [];

  async function follow(): Promise<void> {
    for await (const event of watcher) {
      const atMs = performance.now();
      // Somebody's reading is a notice too, this watch's own included.
      if (event.kind === "access" || waiters.length === 0 || !event.paths.includes(path)) continue;
      const telemetry = readValid(path);
      if (telemetry === null) continue;
      waiters = waiters.filter((waiter) => {
        const fulfilled = waiter.condition(telemetry);
        if (fulfilled) waiter.resolve(atMs);
        return !fulfilled;
      });
    }
  }
  void follow();

  return {
    next: (condition) => new Promise((resolve) => waiters.push({ condition, resolve })),
    [Symbol.dispose]: () => watcher.close(),
  };
}

/** The snapshot in the file; null if there is none or it is not valid. */
export function readValid(path: string): Telemetry | null {
  try {
    const result = v.safeParse(TelemetrySchema, JSON.parse(Deno.readTextFileSync(path)));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}
