import type { ComponentChildren, JSX } from "preact";
import type { ChartMark } from "../../models/chart_source.ts";
import type { TroubleView } from "../../models/sessions/session_view.ts";

/** Trouble, each with its time, which can be pressed to see it. `below` is what one has opened. */
export function TroubleList({ troubles, onOpen, isOpen, below }: {
  troubles: readonly TroubleView[];
  onOpen: (trouble: TroubleView) => void;
  /** Where pressing opens something below: whether it did. */
  isOpen?: (key: string) => boolean;
  below?: (key: string) => ComponentChildren;
}): JSX.Element {
  return (
    <ul class="notes">
      {troubles.map((trouble) => (
        <li key={trouble.key} class={`note tone-${trouble.tone satisfies Tones}`}>
          <span class="note-head">
            <span class="note-label">{trouble.label}</span>
            <button
              type="button"
              class="quiet-button"
              aria-expanded={isOpen?.(trouble.key)}
              aria-label={`${trouble.times}: show the charts`}
              onClick={() =>
                onOpen(trouble)}
            >
              {trouble.times}
            </button>
          </span>
          <bdi class="note-text" dir="auto">{trouble.text}</bdi>
          {trouble.remedy !== "" && <bdi class="note-text quiet" dir="auto">{trouble.remedy}</bdi>}
          {below?.(trouble.key)}
        </li>
      ))}
    </ul>
  );
}

type Tones = ChartMark["tone"] | "good";
