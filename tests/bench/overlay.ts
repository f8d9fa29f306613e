import { OBS, XVFB } from "../counterparts.ts";
import type { Findings, Row, Section, SectionTools } from "./section.ts";
import { grouped, milliseconds, percentiles } from "./format.ts";
import { measureFrameTimes, type Round } from "./overlay_frame_times.ts";
import { measureTicks } from "./overlay_ticks.ts";
import { median, summarise } from "./statistics.ts";

const ROUNDS = 12;
const FRAMES = 1500;
const MOST_TICK_MS = 0.2;
const MOST_FRAME_MS = 0.1;

/** What the overlay costs inside a real OBS. */
export const overlay: Section = {
  name: "overlay",
  title: "The overlay inside a real OBS",
  needs: [OBS, XVFB],
  run: measure,
};

async function measure({ folder, say }: SectionTools): Promise<Findings> {
  say(`frame times, ${ROUNDS} rounds`);
  const rounds = await measureFrameTimes({ path: `${folder}/bridge.json`, rounds: ROUNDS });
  say(`the script's work in ${FRAMES} frames`);
  const usual = await measureTicks({
    path: `${folder}/usual.json`,
    bridgeEveryMs: 500,
    lookEveryMs: 500,
    fps: 30,
  }, FRAMES);
  say(`the same at its fastest`);
  const fastest = await measureTicks({
    path: `${folder}/fastest.json`,
    bridgeEveryMs: 20,
    lookEveryMs: 100,
    fps: 60,
  }, FRAMES);
  return {
    rows: [
      tickRow("file and overlay every 500 ms, 30 fps", usual),
      tickRow("file every 20 ms, overlay every 100 ms (its fastest), 60 fps", fastest),
      frameRow("source hidden, as it is created", rounds, ["hidden", "nothing"]),
      frameRow("overlay shown", rounds, ["shown", "nothing"]),
      frameRow("overlay shown", rounds, ["shown", "still"]),
    ],
    notes: [
      "The script's work is timed by itself inside OBS's frame loop; frames in which it has nothing " +
      "to do don't count. Frame times are OBS's own figure, each the mean of two seconds; " +
      "differences are within one round of 16 s. OBS draws in software here, without a graphics " +
      "card: any text on the canvas, moving or not, then costs milliseconds of CPU time a frame.",
    ],
  };
}

function tickRow(what: string, samples: readonly number[]): Row {
  const times = summarise(samples);
  return {
    what: `the script's work in one frame: ${what}`,
    promise: `p99 < ${MOST_TICK_MS} ms`,
    kept: times.p99 < MOST_TICK_MS,
    measured: `${percentiles(times)}, max ${milliseconds(times.max)}`,
    baseline: "",
    runs: `${grouped(times.count)} frames`,
  };
}

const STATE_NAMES: Record<keyof Round, string> = {
  nothing: "no overlay",
  hidden: "overlay hidden",
  shown: "overlay shown",
  still: "the same text standing still",
};

function frameRow(
  what: string,
  rounds: readonly Round[],
  [state, against]: readonly [keyof Round, keyof Round],
): Row {
  const of = (name: keyof Round) => median(rounds.map((round) => round[name]));
  const { p25, p50, p75 } = summarise(rounds.map((round) => round[state] - round[against]));
  return {
    what: `OBS's averageFrameRenderTime, ${what}`,
    promise: `≤ ${MOST_FRAME_MS} ms more`,
    kept: p50 <= MOST_FRAME_MS,
    measured: `${milliseconds(of(state))}; difference: median ${milliseconds(p50)}, middle half ` +
      `${milliseconds(p25)} to ${milliseconds(p75)}`,
    baseline: `${STATE_NAMES[against]}: ${milliseconds(of(against))}`,
    runs: `${rounds.length} rounds`,
  };
}
