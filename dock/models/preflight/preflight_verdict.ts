import type { PreflightReport } from "../../../shared/preflight.ts";
import { formatDate, formatTimeOfDay, UNKNOWN } from "../format.ts";
import type { Tone } from "../tone.ts";
import { countsText, isTrouble, worstOf } from "./groups.ts";

/** The verdict of the checks, readable from two metres. */
export interface PreflightVerdict {
  tone: Tone;
  /** One or two words: "NO-GO". */
  word: string;
  /** How far the run is: "3 of 17"; empty else. */
  count: string;
  /** When it was: "Checked 21:14:05". */
  when: string;
  /** The check that the sentence is about; null where it is about all. */
  subject: string | null;
  /** What to do first. */
  sentence: string;
  /** What a screen reader says: changes with the verdict, not while the checks run. */
  spoken: string;
}

/** What the verdict is given on. */
export interface VerdictFacts {
  report: PreflightReport | null;
  isLoaded: boolean;
  /** Whether the sidecar that made it is gone. */
  isOrphan: boolean;
  /** Whether the sidecar does not answer now. */
  isAway: boolean;
  /** Unix milliseconds. */
  nowMs: number;
}

/** After this a verdict is of another evening: 12 hours. */
const OLD_MS = 12 * 3_600_000;

/** The verdict on the latest report. */
export function preflightVerdict(facts: VerdictFacts): PreflightVerdict {
  const verdict = judge(facts);
  const { word, count, subject, sentence } = verdict;
  const about = subject === null ? "" : `${subject}. `;
  return { ...verdict, spoken: `Pre-flight: ${word}. ${count === "" ? about + sentence : ""}` };
}

type Judged = Omit<PreflightVerdict, "spoken">;

function judge({ report, isLoaded, isOrphan, isAway, nowMs }: VerdictFacts): Judged {
  const nothing: Judged = {
    tone: "idle",
    word: "NOT RUN",
    count: "",
    when: "",
    subject: null,
    sentence: "Run the checks before you go live: they take a few seconds.",
  };
  if (!isLoaded) return { ...nothing, word: UNKNOWN, sentence: "Reading the last report." };
  if (report === null) return nothing;
  const { started_at, finished_at, verdict, stopped } = report;
  if (finished_at === null && !isOrphan) return running(report, isAway);
  const atMs = finished_at ?? started_at;
  const isOld = nowMs - atMs > OLD_MS;
  const when = `Checked ${isOld ? `${formatDate(atMs)} ` : ""}${formatTimeOfDay(atMs)}`;
  if (verdict === null || finished_at === null) {
    const sentence = stopped ??
      (isOrphan ? "The sidecar ended before the checks did." : "The checks did not end.");
    return { ...nothing, word: "STOPPED", when, sentence };
  }
  const word = verdict === "go" ? "GO" : "NO-GO";
  const worst = worstOf(report);
  const judged: Judged = {
    tone: verdict === "no-go" ? "bad" : worst === null ? "good" : "warning",
    word,
    count: "",
    when,
    subject: worst?.check.name ?? null,
    sentence: worst === null
      ? "Nothing stands against going live."
      : worst.finding.remedy ?? worst.finding.seen,
  };
  if (!isOld) return judged;
  const sentence = "That was another evening. Run the checks again before you go live.";
  return { ...judged, tone: "idle", word: `WAS ${word}`, subject: null, sentence };
}

function running({ checks, started_at }: PreflightReport, isAway: boolean): Judged {
  const isDone = ({ status }: { status: string }): boolean =>
    status !== "running" && status !== "waiting";
  const troubles = checks.filter(isTrouble);
  return {
    tone: "idle",
    word: "RUNNING",
    count: `${checks.filter(isDone).length} of ${checks.length}`,
    when: `Started ${formatTimeOfDay(started_at)}`,
    subject: null,
    sentence: isAway
      ? "The sidecar is away: nobody knows how the checks went on."
      : troubles.length === 0
      ? "All fine so far."
      : `${countsText(troubles)} so far.`,
  };
}

/** A run on one line of the list: when, how it ended, and its counts. */
export interface RunView {
  id: string;
  when: string;
  word: string;
  tone: Tone;
  counts: string;
}

/** How an earlier run is listed. */
export function runView(report: PreflightReport, nowMs: number): RunView {
  const { id, started_at, checks } = report;
  const time = formatTimeOfDay(started_at).slice(0, 5);
  const { word, tone } = judge({
    report,
    isLoaded: true,
    // None of these runs goes on.
    isOrphan: true,
    isAway: false,
    nowMs: started_at,
  });
  return {
    id,
    when: nowMs - started_at > OLD_MS ? `${formatDate(started_at)} ${time}` : time,
    word,
    tone,
    counts: countsText(checks),
  };
}
