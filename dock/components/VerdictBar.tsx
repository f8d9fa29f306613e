/// <reference lib="dom" />
import type { JSX } from "preact";
import type { VerdictView } from "../models/verdict.ts";
import { Spoken } from "./Spoken.tsx";

/** What is seen from two metres. A screen reader is told when the verdict changes, not each tick. */
export function VerdictBar({ view }: { view: VerdictView }): JSX.Element {
  return (
    <header class={`verdict tone-${view.tone}`}>
      <div class="verdict-top">
        <span class="activity">{view.activity}</span>
        <span class="clock">{view.duration ?? ""}</span>
        <span class="badge" hidden={!view.recording}>REC</span>
      </div>
      <div class="verdict-slot">
        <h1 class="verdict-word">{view.verdict}</h1>
        <p class="verdict-sentence">
          <bdi dir="auto" title={view.sentence}>{view.sentence}</bdi>
        </p>
        {view.scene !== null && (
          <p class="verdict-scene">
            Scene: <bdi dir="auto" title={view.scene}>{view.scene}</bdi>
          </p>
        )}
      </div>
      <Spoken spoken={view.spoken} />
      <button
        type="button"
        class="more"
        hidden={view.more === 0}
        onClick={() => document.getElementById("alerts")?.scrollIntoView()}
      >
        +{view.more} more
      </button>
    </header>
  );
}
