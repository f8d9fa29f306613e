import { CHROMIUM } from "../counterparts.ts";
import { accelerateHours, ROUND } from "../dock/accelerated_hours.ts";
import { figure, grouped, megabytes, milliseconds } from "./format.ts";
import type { Findings, Section } from "./section.ts";
import { slope } from "./statistics.ts";

/** What an evening with the dock open costs the browser. */
export const dockHours: Section = {
  name: "dock-hours",
  title: "The dock over hours of updates: the page's work and memory",
  needs: [CHROMIUM],
  run: measure,
};

/** Quarters of an hour; the first hour fills what the page remembers and what the engine compiles. */
const ROUNDS = 12;
const WARM_UP = 4;

/** Snapshots in an hour at the default rate. */
const HOUR = 7200;

async function measure(): Promise<Findings> {
  const { sent, seen, taskMsPerSnapshot, heapBytes } = await accelerateHours({
    rounds: ROUNDS,
  });
  const runs = `${grouped(sent)} snapshots, ${grouped(seen)} of them taken`;
  const settled = heapBytes.slice(WARM_UP);
  const perSnapshot = slope(settled.map((bytes, round) => [round * ROUND, bytes]));
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
      baseline: `slope after the first hour: ${(perSnapshot * HOUR / 1e6).toFixed(2)} MB an hour`,
      runs,
    }],
    notes: [
      "Chromium without a window, drawing in software, 1280 px wide with all charts in sight; five " +
      "streams whose figures never stand still. Three hours of snapshots are sent as fast as the page " +
      "takes them, so charts are drawn more seldom than in real time and the work for one " +
      "snapshot is less.",
    ],
  };
}
