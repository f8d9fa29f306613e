import type { JSX } from "preact";
import type { VerdictView } from "../models/verdict.ts";

/** What is seen from two metres. The clock is no part of what a screen reader is told. */
export function VerdictBar({ view }: { view: VerdictView }): JSX.Element {
  return (
    <header class={`verdict tone-${view.tone}`}>
      <div class="verdict-top">
        <span class="activity">{view.activity}</span>
        <span class="clock" role="timer" aria-live="off">{view.duration ?? ""}</span>
        <span class="badge" hidden={!view.recording}>REC</span>
      </div>
      <div class="verdict-slot">
        <div role="status">
          <strong class="verdict-word">{view.verdict}</strong>
          <p class="verdict-sentence">
            <bdi dir="auto" title={view.sentence}>{view.sentence}</bdi>
          </p>
        </div>
        {view.scene !== null && (
          <p class="verdict-scene">
            Scene: <bdi dir="auto" title={view.scene}>{view.scene}</bdi>
          </p>
        )}
      </div>
      <a class="more" href="#alerts" hidden={view.more === 0}>+{view.more} more</a>
    </header>
  );
}
