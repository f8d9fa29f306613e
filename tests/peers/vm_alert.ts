/** vmalert: evaluates Prometheus's alert rules against VictoriaMetrics. */
import type { Ended } from "./promtool.ts";
import { freePort } from "./ports.ts";
import { startProcess } from "./process.ts";
import { trixieProgram } from "./trixie_program.ts";

const REPLAY_MS = 120_000;

/**
 * Evaluates the rules over a span of the past and writes what comes of them, `ALERTS` among it,
 * into the store.
 */
export async function replayRules(
  rules: string,
  { origin, fromS, toS }: { origin: string; fromS: number; toS: number },
): Promise<Ended> {
  const time = (atS: number) => new Date(atS * 1000).toISOString();
  return await runToEnd(await trixieProgram("victoria-metrics", "vmalert"), [
    `-rule=${rules}`,
    `-datasource.url=${origin}`,
    `-remoteWrite.url=${origin}`,
    `-httpListenAddr=127.0.0.1:${freePort()}`,
    `-replay.timeFrom=${time(fromS)}`,
    `-replay.timeTo=${time(toS)}`,
    "-replay.rulesDelay=0s",
    "-replay.disableProgressBar",
  ]);
}

async function runToEnd(program: string, args: string[]): Promise<Ended> {
  await using process = startProcess(program, { args });
  const { code } = await process.ended({ withinMs: REPLAY_MS });
  return { code, output: process.output() };
}
