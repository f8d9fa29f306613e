import type { JSX } from "preact";
import { type CheckStatus, STATUS_WORDS } from "../../models/preflight/groups.ts";

/** Lines on a square of 16: each status has a shape of its own. */
const SHAPES: Readonly<Record<CheckStatus, string>> = {
  fail: "M3.5 3.5l9 9m0-9l-9 9",
  warning: "M8 1.5l7 12.5H1zM8 6v4m0 2.2v.1",
  pass: "M2.5 8.5l3.5 3.5 7.5-8",
  skipped: "M4 8h8",
  running: "M8 2a6 6 0 1 1-6 6",
  waiting: "M8 8h.1",
};

/** How a check stands, as a shape; a screen reader hears the word. */
export function StatusMark({ status }: { status: CheckStatus }): JSX.Element {
  return (
    <span class={`status status-${status}`}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d={SHAPES[status]} />
      </svg>
      <span class="unseen">{STATUS_WORDS[status]}:</span>
    </span>
  );
}
