/**
 * Server and client on one shaped loopback. Arguments: pace in kbit/s, duration in ms, whether
 * the server acknowledges. Prints what was measured and what the server received.
 */
import { measureBandwidth } from "../../sidecar/rtmp/measure_bandwidth.ts";
import { startRtmpServer } from "../peers/rtmp_server.ts";

const WARM_UP_MS = 3000;

async function main([pace, duration, acknowledges]: string[]): Promise<void> {
  const script = acknowledges === "true" ? { acknowledgeEvery: 65_536 } : {};
  using server = startRtmpServer(script, { keepMedia: false });
  const durationMs = Number(duration);
  let first: { atMs: number; bytes: number } | null = null;
  let last = { atMs: 0, bytes: 0 };
  const result = await measureBandwidth({ url: server.url, key: "bandwidth" }, {
    paceKbps: Number(pace),
    durationMs,
    onProgress: ({ elapsedMs }) => {
      last = { atMs: performance.now(), bytes: server.received.bytes };
      if (elapsedMs >= WARM_UP_MS) first ??= last;
    },
  });
  if (first === null) throw new Error("The test was shorter than its warm-up.");
  const { atMs, bytes } = first;
  const receivedKbps = (last.bytes - bytes) * 8 / (last.atMs - atMs);
  console.log(JSON.stringify({ receivedKbps, result }));
}

await main(Deno.args);
