import type { Cause, Report, ReportFinding } from "../../shared/report.ts";
import { SEVERITIES } from "../../shared/severity.ts";
import { cleanText } from "../../shared/text.ts";
import { durationWords } from "../time/duration_words.ts";
import type { Evidence } from "./evidence.ts";
import { droppedPercent, laggedPercent, skippedPercent } from "./figures.ts";
import { type FormatTime, joined, percentWords, spanWords } from "./words.ts";

/** What is said of each cause, after "mostly". */
const CAUSE_WORDS: Readonly<Record<Cause, string>> = {
  network: "the network",
  gpu: "the GPU",
  encoder: "the encoder",
  cpu: "the processor",
  memory: "the memory",
  disk: "the disk",
  audio: "the sound",
  obs: "OBS itself",
  sidecar: "the sidecar or the PC",
};

/** One sentence: how a session went. */
export function summaryOf(
  evidence: Evidence,
  { verdict, findings }: Pick<Report, "verdict" | "findings">,
  formatTime: FormatTime,
): string {
  const { session } = evidence;
  const what = `${durationWords(session.duration_s)}${whereTo(evidence)}${
    session.end_time === null ? " so far" : ""
  }`;
  if (!isKnown(evidence) && findings.length === 0) {
    return `Nothing is known of how this stream went (${what}): there are no figures of it.`;
  }
  const lost = lostWords(evidence);
  if (verdict === "good") {
    const seen = findings.some(({ cause }) => cause === "sidecar") ? ", as far as was watched" : "";
    return lost.isClean
      ? `A clean stream: ${what} without a lost frame${seen}.`
      : `A good stream: ${what}, ${lost.text}${seen}.`;
  }
  const worst = worstOf(findings);
  const word = verdict === "fair" ? "A fair stream" : "A bad stream";
  if (worst === null) return `${word}: ${what}, ${lost.text}.`;
  const causes = new Set(findings.filter(isTrouble).map(({ cause }) => cause));
  return `${word}: ${what}. It was ${causes.size > 1 ? "mostly " : ""}${
    CAUSE_WORDS[worst.cause]
  }, worst at ${spanWords(worst, formatTime)}; ${lost.text}.`;
}

/** Whether there is anything to judge a session by: frames that were counted, or sent. */
export function isKnown({ session, metrics }: Evidence): boolean {
  return metrics.some((path) => path.startsWith("obs.")) || session.avg_bitrate_kbps !== null ||
    [droppedPercent, laggedPercent, skippedPercent].some((read) => read(session) !== null);
}

function whereTo({ session, outputs }: Evidence): string {
  const names = outputs.length > 0
    ? outputs.map(({ name }) => name)
    : [cleanText(session.name)].filter((name) => name !== "");
  return names.length === 0 ? "" : ` to ${joined(names)}`;
}

/** How many frames were lost, as far as is known. */
function lostWords({ session }: Evidence): { text: string; isClean: boolean } {
  const network = droppedPercent(session);
  const known = [
    { percent: network, by: "dropped by the network" },
    { percent: laggedPercent(session), by: "rendered too late" },
    { percent: skippedPercent(session), by: "skipped by the encoder" },
  ].filter((one): one is { percent: number; by: string } => one.percent !== null);
  const lost = known.filter(({ percent }) => percent > 0);
  if (known.length === 0) return { text: "how many frames were lost is not known", isClean: false };
  if (lost.length === 0) {
    return network === null
      ? {
        text: "OBS lost no frame; what was lost on the way is not known",
        isClean: false,
      }
      : { text: "no frame was lost", isClean: true };
  }
  const [first, ...others] = lost.map(({ percent, by }, index) =>
    `${percentWords(percent)} ${index === 0 ? "of the frames were " : ""}${by}`
  );
  return { text: joined([first ?? "", ...others]), isClean: false };
}

function isTrouble({ severity }: ReportFinding): boolean {
  return severity !== "info";
}

/** The trouble that weighed most: the most severe, then the longest. */
function worstOf(findings: readonly ReportFinding[]): ReportFinding | null {
  const rank = ({ severity }: ReportFinding) => SEVERITIES.indexOf(severity);
  const [worst] = findings.filter(isTrouble).toSorted((a, b) =>
    rank(b) - rank(a) || (b.to - b.from) - (a.to - a.from)
  );
  return worst ?? null;
}
