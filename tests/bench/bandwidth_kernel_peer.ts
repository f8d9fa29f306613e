/**
 * Server and client on one shaped loopback. Arguments: pace in kbit/s, duration in ms, whether
 * the server acknowledges. Prints what was measured and what the server received.
 */
import { measureBandwidth } from "../../sidecar/rtmp/measure_bandwidth.ts";
import { startRtmpServer } from "../peers/rtmp_server.ts";

async function main([pace, duration, acknowledges]: string[]): Promise<void> {
  const script = acknowledges === "true" ? { acknowledgeEvery: 65_536 } : {};
  using server = startRtmpServer(script, { keepMedia: false });
  const result = await measureBandwidth({ url: server.url, key: "bandwidth" }, {
    paceKbps: Number(pace),
    durationMs: Number(duration),
  });
  const { mediaBytes, firstMs, lastMs } = server.received;
  const receivedKbps = mediaBytes * 8 / (lastMs - firstMs);
  console.log(JSON.stringify({ receivedKbps, result }));
}

await main(Deno.args);
