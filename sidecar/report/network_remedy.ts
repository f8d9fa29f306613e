/** What to do about trouble of the line, by what the line took. */
import { type Evidence, type OutputEvidence, outputPath } from "./evidence.ts";
import type { LineEvent } from "./line_events.ts";
import type { Span } from "./spans.ts";
import { kbpsWords } from "./words.ts";

/** Part of what the line took in its bad minutes that is safe to send. */
const SAFE_PART = 0.75;

/** Below this no bitrate helps. */
const LEAST_KBPS = 500;

/** What a PC uploads besides its streams, from where on it is told. */
const OTHER_UPLOAD = { part: 0.3, mbps: 1 } as const;

/** kbit/s that an output sent on average over some stretches; null if it is not known. */
export function sentKbps(
  evidence: Evidence,
  { id }: OutputEvidence,
  spans: readonly Span[],
): number | null {
  const levels = spans.map((span) => evidence.over(outputPath(id, "bitrate_kbps"), span)?.mean)
    .filter((mean) => mean !== undefined);
  return levels.length === 0 ? null : levels.reduce((sum, mean) => sum + mean, 0) / levels.length;
}

/** Mbit/s that the PC uploaded besides its streams; null if it was little or is not known. */
export function otherUploadMbps(evidence: Evidence, span: Span): number | null {
  const whole = evidence.over("network.upload_speed_mbps", span)?.mean ?? null;
  const streams = evidence.outputs.map((output) => sentKbps(evidence, output, [span]))
    .filter((kbps) => kbps !== null);
  if (whole === null || streams.length === 0) return null;
  const ownMbps = streams.reduce((sum, kbps) => sum + kbps, 0) / 1000;
  const other = whole - ownMbps;
  return other > OTHER_UPLOAD.mbps && other > ownMbps * OTHER_UPLOAD.part ? other : null;
}

/** What is known of the trouble. */
export interface LineTrouble {
  affected: readonly { output: OutputEvidence; events: readonly LineEvent[] }[];
  /** Others were fine: it was one platform's server. */
  isOnePlatform: boolean;
  otherMbps: number | null;
}

/** What to do, the most helpful first. */
export function lineRemedy(
  evidence: Evidence,
  { affected, isOnePlatform, otherMbps }: LineTrouble,
): string {
  const steps: string[] = [];
  const [first] = affected;
  if (isOnePlatform && first !== undefined) {
    steps.push(
      `Choose another server for ${first.output.name} in OBS (Settings > Stream), and look at its ` +
        "status page.",
    );
  } else if (otherMbps !== null) {
    steps.push("Stop other uploads, like backups and updates, while you stream.");
  }
  const safe = safeKbps(evidence, affected);
  const others = "use a cable in place of Wi-Fi";
  if (safe === null) {
    if (!isOnePlatform) {
      steps.push(
        "Use a cable in place of Wi-Fi and restart the router; if it comes back, ask your provider.",
      );
    }
  } else if (affected.length === 1) {
    const whose = isOnePlatform ? `If that does not help, lower its bitrate` : "Lower the bitrate";
    steps.push(
      `${whose} to about ${kbpsWords(safe)}${isOnePlatform ? "" : `, or ${others}`}.`,
    );
  } else {
    steps.push(`Lower the bitrates to about ${kbpsWords(safe)} together, or ${others}.`);
  }
  return steps.join(" ");
}

/**
 * What the affected outputs may safely send together: three quarters of what the line took in the
 * bad minutes, a round figure. Null if that is not known, too little to stream with, or no less
 * than what they are set to.
 */
function safeKbps(evidence: Evidence, affected: LineTrouble["affected"]): number | null {
  let taken = 0;
  let full = 0;
  for (const { output, events } of affected) {
    const held = events.filter(({ kind }) => kind !== "lost");
    const sent = held.length === 0 ? null : sentKbps(evidence, output, held);
    const target = output.fullKbps;
    if (sent === null || target === null) return null;
    taken += sent;
    full += target;
  }
  const safe = Math.floor(taken * SAFE_PART / 100) * 100;
  return safe < LEAST_KBPS || safe >= full ? null : safe;
}
