import { judgeEvenings, judgeHealthyHours, judgeRecordings } from "./judgement/judge_set.ts";
import { scoreRows } from "./judgement/score_table.ts";
import type { Findings, Section, SectionTools } from "./section.ts";

const EVENINGS = 200;
const HEALTHY_HOURS = 100;

/** Whether the alerts are right: the right cause, in time, over in time, and none for nothing. */
export const judgement: Section = {
  name: "judgement",
  title: "Alerts: evenings whose trouble is known, judged",
  needs: [],
  run: measure,
};

async function measure({ say }: SectionTools): Promise<Findings> {
  const set = Deno.env.get("JUDGEMENT_SET") === "tuning" ? "tuning" : "judged";
  const evenings = await judgeEvenings({ count: EVENINGS, set, say });
  const healthy = await judgeHealthyHours({ hours: HEALTHY_HOURS, set, say });
  say("recordings");
  const recorded = (await judgeRecordings()).map(({ score }) => score);
  return {
    rows: [
      ...scoreRows(evenings, { what: "evening", runs: `${EVENINGS} evenings of 10 min` }),
      ...scoreRows(healthy, { what: "healthy hours", runs: `${HEALTHY_HOURS} of 1 h` }),
      ...scoreRows(recorded, { what: "real OBS", runs: "recorded once" }),
    ],
    notes: [
      `Evenings are simulated from their seeds (the ${set} set; no rule was tuned on the judged ` +
      "one): the lines with what they carry, OBS's send queue frame by frame, its Dynamic " +
      "Bitrate, encoder, graphics card, drive, sound and crash, with one to six outputs and what " +
      "only looks like trouble. They answer as obs-websocket does, through the sidecar's own " +
      "collectors and judge, twice a second on a clock of their own. What harm was done when is " +
      "noted by the simulation, which knows nothing of the rules.",
      "Times are p50 / p95 / max: from the first harm to the first alert of the right cause, and " +
      "from the last harm to the end of the last of them. Late is what exceeds that alert's hold " +
      "or recovery time by more than 2 s. Misleading alerts name another cause than the one at " +
      "work; a false one comes when nothing is wrong.",
    ],
  };
}
