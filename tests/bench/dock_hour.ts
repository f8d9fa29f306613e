import { CHROMIUM } from "../counterparts.ts";
import { accelerateHour, ROUND } from "../dock/accelerated_hour.ts";
import { figure, grouped, megabytes, milliseconds } from "./format.ts";
import type { Findings, Section } from "./section.ts";
import { slope } from "./statistics.ts";

/** What an evening with the dock open costs the browser. */
export const dockHour: Section = {
  name: "dock-hour",
  title: "The dock over an hour of updates: the page's work and memory",
  needs: [CHROMIUM],
  run: measure,
};

/** Snapshots in an hour at the default rate. */
const HOUR = 7200;

async function measure(): Promise<Findings> {
  const { sent, seen, taskMsPerSnapshot, heapBytes } = await accelerateHour();
  const runs = `${grouped(sent)} snapshots, ${grouped(seen)} of them taken`;
  // The first round fills what the page remembers.
  const perSnapshot = slope(heapBytes.slice(1).map((bytes, round) => [round * ROUND, bytes]));
  return {
    rows: [{
      what: "main thread's work for one snapshot, charts and drawing included",
      promise: "",
      kept: null,
      measured: `${milliseconds(taskMsPerSnapshot)}: ${
        figure(taskMsPerSnapshot / 5)
      } % of a core at two a second`,
      baseline: "",
      runs,
    }, {
      what: "heap after each quarter of an hour, garbage collected",
      promise: "",
      kept: null,
      measured: heapBytes.map(megabytes).join(", "),
      baseline: `slope without the first: ${(perSnapshot * HOUR / 1e6).toFixed(2)} MB an hour`,
      runs,
    }],
    notes: [
      "Chromium without a window, drawing in software, 1280 px wide with all charts in sight; five " +
      "streams whose figures never stand still. An hour of snapshots is sent as fast as the page " +
      "takes them, so charts are drawn more seldom than in a real hour and the work for one " +
      "snapshot is less.",
    ],
  };
}
