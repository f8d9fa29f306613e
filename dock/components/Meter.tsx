import type { JSX } from "preact";
import type { Tone } from "../models/tone.ts";

/** A bar that is filled from 0 to 1; empty and dashed if the share is not known. */
export function Meter({ fill, tone }: { fill: number | null; tone: Tone }): JSX.Element {
  return (
    <span class={`meter tone-${tone}${fill === null ? " is-unknown" : ""}`} aria-hidden="true">
      <span class="meter-fill" style={{ transform: `scaleX(${fill ?? 0})` }} />
    </span>
  );
}
