import type { ExportState } from "../../../shared/export_state.ts";
import { formatCount, formatSpan, UNKNOWN } from "../format.ts";
import type { FigureView } from "../outputs.ts";
import type { Tone } from "../tone.ts";
import type { ExportReading } from "./export_watch.ts";

/** How the export of figures fares, for people. */
export interface ExportView {
  tone: Tone;
  text: string;
  figures: FigureView[];
  /** What last went wrong and what to do. */
  error: string | null;
}

/** Tells how it fares. */
export function exportView({ state, atMs }: ExportReading): ExportView {
  const { last_accepted, backlog_rows, refused, too_old, expired_rows, last_error } = state;
  const lost = (label: string, count: number): FigureView => ({
    label,
    value: formatCount(count),
    tone: count > 0 ? "warning" : "idle",
  });
  return {
    ...told(state),
    figures: [
      { label: "Last accepted", value: agoText(last_accepted, atMs), tone: "idle" },
      { label: "Waiting, rows", value: formatCount(backlog_rows), tone: "idle" },
      lost("Refused", refused + too_old),
      lost("Rows too old to send", expired_rows),
    ],
    error: last_error,
  };
}

function told({ state, host }: ExportState): Pick<ExportView, "tone" | "text"> {
  const name = host ?? "The backend";
  if (state === "ok") return { tone: "good", text: `${name} takes the figures.` };
  if (state === "waiting") {
    const text = `${name} takes no figures now. They are kept, and sent again by themselves.`;
    return { tone: "warning", text };
  }
  if (state === "paused") {
    return { tone: "bad", text: "The export stands still. Figures are kept in the history." };
  }
  return { tone: "idle", text: "Nothing is exported: it is switched off, or has no address." };
}

function agoText(whenMs: number | null, nowMs: number): string {
  return whenMs === null ? UNKNOWN : `${formatSpan((nowMs - whenMs) / 1000)} ago`;
}
