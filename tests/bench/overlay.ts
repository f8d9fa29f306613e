import { OBS, XVFB } from "../counterparts.ts";
import type { Findings, Row, Section, SectionTools } from "./section.ts";
import { grouped, milliseconds, percentiles } from "./format.ts";
import { type FrameTimes, measureFrameTimes } from "./overlay_frame_times.ts";
import { measureTicks } from "./overlay_ticks.ts";
import { median, summarise } from "./statistics.ts";

const ROUNDS = 3;
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
  const frames: FrameTimes = { without: [], text: [], hidden: [], shown: [] };
  for (let round = 1; round <= ROUNDS; round++) {
    say(`frame times, round ${round} of ${ROUNDS}`);
    await measureFrameTimes(frames, `${folder}/bridge.json`);
  }
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
      frameRow("script runs, source hidden, as it is created", {
        samples: frames.hidden,
        against: frames.without,
        baseline: "no script, no text",
      }),
      frameRow("overlay shown", {
        samples: frames.shown,
        against: frames.without,
        baseline: "no script, no text",
      }),
      frameRow("overlay shown", {
        samples: frames.shown,
        against: frames.text,
        baseline: "the same text standing still, no script",
      }),
    ],
    notes: [
      "The script's work is timed by itself inside OBS's frame loop; frames in which it has nothing " +
      "to do don't count. Frame times are OBS's own figure, at 1280×720 and 30 fps. OBS draws in " +
      "software here, without a graphics card: any text on the canvas, moving or not, then costs " +
      "milliseconds of CPU time a frame.",
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

function frameRow(
  what: string,
  { samples, against, baseline }: { samples: number[]; against: number[]; baseline: string },
): Row {
  const difference = median(samples) - median(against);
  return {
    what: `OBS's averageFrameRenderTime, ${what}`,
    promise: `≤ ${MOST_FRAME_MS} ms more`,
    kept: difference <= MOST_FRAME_MS,
    measured: `${milliseconds(median(samples))}: ${difference < 0 ? "" : "+"}` +
      milliseconds(difference),
    baseline: `${baseline}: ${milliseconds(median(against))}`,
    runs: `${samples.length} seconds each, ${ROUNDS} rounds in turn`,
  };
}
