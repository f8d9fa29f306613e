import { CC } from "../counterparts.ts";
import { sidecarArguments } from "../peers/sidecar.ts";
import { fiveOutputsSnapshot } from "./five_outputs_snapshot.ts";
import { figure, grouped, percentiles } from "./format.ts";
import { publishTimes } from "./publish_times.ts";
import { run } from "./run.ts";
import type { Findings, Section, SectionTools } from "./section.ts";
import { summarise } from "./statistics.ts";

const ROUNDS = 10;
const WRITES_A_ROUND = 1000;
const WARM_UP = 300;
const PUBLISHED = 500;

/** The pipeline's least time between two snapshots. */
const PACE_US = 20_000;

const MOST_P99_MS = 2;
const MOST_RATIO = 1.3;

/** How long a snapshot takes to become bridge.json, against the same system calls from C. */
export const bridgeWrite: Section = {
  name: "bridge-write",
  title: "Writing bridge.json: data ready → file in place",
  needs: [CC],
  run: measure,
};

async function measure({ folder, say }: SectionTools): Promise<Findings> {
  const program = `${folder}/bridge_write`;
  await run("cc", ["-O2", "-Wall", "-Werror", "-o", program, sourcePath("bridge_write.c")]);
  const data = `${folder}/snapshot.json`;
  const bytes = new TextEncoder().encode(JSON.stringify(fiveOutputsSnapshot()));
  await Deno.writeFile(data, bytes);

  const c: number[] = [];
  const ours: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    say(`round ${round} of ${ROUNDS}`);
    const order = [data, String(WARM_UP), String(WRITES_A_ROUND)];
    c.push(...times(await run(program, [`${folder}/c.json`, ...order, "0"])));
    ours.push(...times(
      await run(Deno.execPath(), [
        "run",
        "-A",
        ...v8Flags(),
        sourcePath("bridge_write_peer.ts"),
        `${folder}/bridge.json`,
        ...order,
      ]),
    ));
  }
  say(`${PUBLISHED} snapshots at the sidecar's own pace`);
  const published = summarise(
    await publishTimes({ path: `${folder}/published.json`, count: PUBLISHED }),
  );

  say("the same in C");
  const pacedOrder = [data, String(WARM_UP), String(PUBLISHED), String(PACE_US)];
  const pacedC = summarise(times(await run(program, [`${folder}/c.json`, ...pacedOrder])));

  const [sink, baseline] = [summarise(ours), summarise(c)];
  const ratio = sink.p50 / baseline.p50;
  return {
    rows: [{
      what: "bytes ready → file in place, the sidecar's sink",
      promise: `p99 < ${MOST_P99_MS} ms`,
      kept: sink.p99 < MOST_P99_MS,
      measured: percentiles(sink),
      baseline: `C: ${percentiles(baseline)}`,
      runs: `${grouped(sink.count)} writes each, ${ROUNDS} rounds in turn`,
    }, {
      what: "the same as a ratio of medians, ours : C",
      promise: `≤ ${MOST_RATIO}`,
      kept: ratio <= MOST_RATIO,
      measured: figure(ratio),
      baseline: "1",
      runs: "the same",
    }, {
      what: "figures judged → file in place: check, encode, write",
      promise: `p99 < ${MOST_P99_MS} ms`,
      kept: published.p99 < MOST_P99_MS,
      measured: percentiles(published),
      baseline: `C, the write alone: ${percentiles(pacedC)}`,
      runs: `${grouped(published.count)} snapshots each, one every ${PACE_US / 1000} ms`,
    }],
    notes: [
      `A snapshot of five streams and a recording, ${grouped(bytes.length)} bytes. The C program ` +
      "opens, writes, closes and renames; both sides in processes of their own, on the same disk.",
    ],
  };
}

/** Milliseconds from lines of nanoseconds. */
function times(output: string): number[] {
  return output.trim().split("\n").map((line) => Number(line) / 1e6);
}

/** The switches that the sidecar runs with; the writer must not run with faster ones. */
function v8Flags(): string[] {
  return sidecarArguments().filter((argument) => argument.startsWith("--v8-flags"));
}

function sourcePath(name: string): string {
  return decodeURIComponent(new URL(name, import.meta.url).pathname);
}
