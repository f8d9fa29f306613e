/**
 * Writes bridge files with the sidecar's own sink, as bridge_write.c does in C.
 * Arguments: PATH DATA_FILE WARM_UP COUNT; prints the nanoseconds of each of COUNT writes.
 */
import { createBridgeFile } from "../../sidecar/sinks/bridge_file.ts";

const [path = "", dataFile = "", warmUp, count] = Deno.args;
const json = Deno.readFileSync(dataFile);
const telemetry = JSON.parse(new TextDecoder().decode(json));
const sink = createBridgeFile(path);
const times = new Float64Array(Number(count));
for (let index = 0; index < Number(warmUp); index++) await sink.write({ telemetry, json });
for (let index = 0; index < times.length; index++) {
  const before = performance.now();
  sink.write({ telemetry, json });
  times[index] = performance.now() - before;
}
console.log(Array.from(times, (ms) => Math.round(ms * 1e6)).join("\n"));
