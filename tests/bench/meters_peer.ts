/**
 * Takes samples of a running OBS's volume meters, as the sidecar does. Arguments: port and password
 * of its WebSocket server, how many samples, the dBFS below which all is silent, for how many
 * milliseconds one listens at most. Prints the CPU time that one took, in milliseconds, and what
 * the first one heard.
 */
import process from "node:process";
import { ObsSession } from "../../sidecar/obs/session.ts";
import { type Heard, sampleSilence } from "../../sidecar/obs/silence_sample.ts";
import { systemClock } from "../../sidecar/time/clock.ts";

/** What the peer prints. */
export interface MetersReport {
  cpuMs: number;
  wallMs: number;
  heard: Heard | null;
}

async function main([port, password = "", count, levelDb, listenMs]: string[]): Promise<void> {
  const session = await ObsSession.open({
    host: "127.0.0.1",
    port: Number(port),
    password,
    deadlineMs: 10_000,
    onEvent: () => {},
  });
  const sample = () =>
    sampleSilence(session, {
      tracks: new Set([1]),
      levelDb: Number(levelDb),
      ms: Number(listenMs),
      signal: new AbortController().signal,
      clock: systemClock,
    });
  const heard = await sample();
  const before = { cpu: process.cpuUsage(), atMs: performance.now() };
  for (let taken = 0; taken < Number(count); taken++) await sample();
  const { user, system } = process.cpuUsage(before.cpu);
  const report: MetersReport = {
    cpuMs: (user + system) / 1000 / Number(count),
    wallMs: (performance.now() - before.atMs) / Number(count),
    heard,
  };
  session.close();
  console.log(JSON.stringify(report));
}

await main(Deno.args);
