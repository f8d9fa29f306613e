import { OBS, XVFB } from "../counterparts.ts";
import type { Findings, Section, SectionTools } from "./section.ts";
import { figure, grouped, milliseconds, percentiles } from "./format.ts";
import { type FrameTimes, measureFrameTimes } from "./overlay_frame_times.ts";
import { measureTicks } from "./overlay_ticks.ts";
import { median, summarise } from "./statistics.ts";

const ROUNDS = 3;
const TICKS = 2000;
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
  const frames: FrameTimes = { without: [], text: [], hidden: [], shown: [], ticks: [] };
  for (let round = 1; round <= ROUNDS; round++) {
    say(`frame times, round ${round} of ${ROUNDS}`);
    await measureFrameTimes(frames, `${folder}/bridge.json`);
  }
  say(`${TICKS} ticks, one a frame`);
  const rapid = summarise(await measureTicks({ path: `${folder}/rapid.json`, count: TICKS }));
  const steady = summarise(frames.ticks);

  const without = median(frames.without);
  const frameRow = (what: string, samples: number[], promised: boolean) => {
    const difference = median(samples) - without;
    return {
      what: `OBS's averageFrameRenderTime, ${what}`,
      promise: promised ? `≤ ${MOST_FRAME_MS} ms more than without` : "",
      kept: promised ? difference <= MOST_FRAME_MS : null,
      measured: `${milliseconds(median(samples))}: ${difference < 0 ? "" : "+"}` +
        `${figure(difference)} ms`,
      baseline: `no overlay, no script: ${milliseconds(without)}`,
      runs: `${samples.length} seconds in ${ROUNDS} rounds in turn`,
    };
  };
  return {
    rows: [
      {
        what: "one tick every 500 ms, the bridge file replaced every 500 ms",
        promise: `p99 < ${MOST_TICK_MS} ms`,
        kept: steady.p99 < MOST_TICK_MS,
        measured: `${percentiles(steady)}, max ${milliseconds(steady.max)}`,
        baseline: "",
        runs: `${grouped(steady.count)} ticks`,
      },
      {
        what: "one tick a frame at 60 fps, each with a new bridge file and text",
        promise: `p99 < ${MOST_TICK_MS} ms`,
        kept: rapid.p99 < MOST_TICK_MS,
        measured: `${percentiles(rapid)}, max ${milliseconds(rapid.max)}`,
        baseline: "",
        runs: `${grouped(rapid.count)} ticks`,
      },
      frameRow("script loaded, source hidden as it is created", frames.hidden, true),
      frameRow("overlay shown", frames.shown, true),
      frameRow(
        "for comparison: the same text standing still, without the script",
        frames.text,
        false,
      ),
    ],
    notes: [
      "Ticks are timed by the script itself, inside OBS's frame loop, with OBS's clock. Frame times " +
      "are OBS's own, at 1280×720 and 30 fps; OBS draws in software here (no graphics card), so " +
      "that every pixel of text costs CPU time that a card would not notice.",
    ],
  };
}
