import type { JSX } from "preact";
import type { VerdictView } from "../models/verdict.ts";
import { Spoken } from "./Spoken.tsx";

/** The verdict on one line, on pages other than Live; a click goes there. */
export function VerdictStrip(
  { view, onOpen }: { view: VerdictView; onOpen: () => void },
): JSX.Element {
  const { tone, activity, verdict, sentence, spoken } = view;
  return (
    <header class={`strip tone-${tone}`}>
      <button type="button" onClick={onOpen}>
        <span class="strip-top">
          <span class="strip-activity">{activity}</span>
          <strong>{verdict}</strong>
        </span>
        <bdi class="strip-sentence" dir="auto" title={sentence}>{sentence}</bdi>
      </button>
      <Spoken spoken={spoken} />
    </header>
  );
}
