/** What was fine while something else was not, and what was not fine either. */
import { type Evidence, outputPath } from "./evidence.ts";
import type { Span } from "./spans.ts";
import { LOST_PERCENT } from "./trouble.ts";
import { capital, joined, percentWords } from "./words.ts";

/** Where frames get lost. */
export type Fault = "network" | "gpu" | "encoder";

const NAMES: Readonly<Record<Fault, string>> = {
  network: "the network",
  gpu: "the GPU",
  encoder: "the encoder",
};

const LOST_WORDS: Readonly<Record<Fault, string>> = {
  network: "were dropped by the network",
  gpu: "were rendered too late",
  encoder: "were skipped by the encoder",
};

/**
 * A sentence for the other two faults: "The GPU and the encoder were fine: it was the network."
 * Empty if nothing is known of them.
 * @param options.concludes whether the sentence draws the conclusion
 */
export function meanwhile(
  evidence: Evidence,
  { span, fault, concludes = true }: { span: Span; fault: Fault; concludes?: boolean },
): string {
  const others = (["network", "gpu", "encoder"] as const).filter((other) => other !== fault);
  const known = others
    .map((other) => ({ other, lost: lostPercent(evidence, { span, fault: other }) }))
    .filter((entry): entry is { other: Fault; lost: number } => entry.lost !== null);
  const fine = known.filter(({ lost }) => lost <= LOST_PERCENT.warning).map(({ other }) => other);
  const bad = known.filter(({ lost }) => lost > LOST_PERCENT.warning);
  const also = bad.map(({ other, lost }) =>
    `at the same time up to ${percentWords(lost)} of a minute's frames ${LOST_WORDS[other]}`
  );
  const sentences = [
    fine.length === 0
      ? ""
      : `${joined(fine.map((name) => NAMES[name]))} ${fine.length === 1 ? "was" : "were"} fine${
        concludes && fine.length === others.length ? `: it was ${NAMES[fault]}` : ""
      }`,
    joined(also),
  ];
  return sentences.filter((text) => text !== "").map((text) => `${capital(text)}.`).join(" ");
}

/** Most that a fault cost of a minute's frames; null if it is not known. */
function lostPercent(
  evidence: Evidence,
  { span, fault }: { span: Span; fault: Fault },
): number | null {
  const paths = fault === "network"
    ? evidence.outputs.map(({ id }) => outputPath(id, "recent_drop_percentage"))
    : [`obs.recent_${fault === "gpu" ? "render_lagged" : "encoder_skipped"}_percentage`];
  const levels = paths.map((path) => evidence.over(path, span)?.max ?? null)
    .filter((value) => value !== null);
  return levels.length === 0 ? null : Math.max(...levels);
}
