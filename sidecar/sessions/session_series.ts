import type { Session } from "../../shared/session.ts";
import { METRICS, OUTPUT_METRICS } from "../history/metrics.ts";

/** Dotted paths of the figures that tell how a session went: its outputs' first. */
export function sessionMetrics(session: Session, outputs: readonly Session[]): string[] {
  const ids = new Set([session, ...outputs].flatMap(({ output_id: id }) => id ?? []));
  const ofOutputs = [...ids].flatMap((id) =>
    Array.from(OUTPUT_METRICS.keys(), (figure) => `obs.outputs.${id}.${figure}`)
  );
  return [...ofOutputs, ...METRICS.keys()];
}

/** A session's span of time, as figures are asked for; one that goes on reaches to now. */
export function spanOf(
  { start_time: fromMs, end_time: end }: Session,
  nowMs: number,
): { fromMs: number; toMs: number } {
  return { fromMs, toMs: Math.max(fromMs, end ?? Math.floor(nowMs)) + 1 };
}
