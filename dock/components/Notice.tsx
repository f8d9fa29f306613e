import type { JSX } from "preact";
import type { NoticeView } from "../models/notice.ts";

/** A page without figures: what is missing and what to do. */
export function Notice(
  { view, onRetry }: { view: NoticeView; onRetry?: () => void },
): JSX.Element {
  return (
    <main class="notice" aria-live="polite">
      <h1>{view.title}</h1>
      <p>{view.text}</p>
      {view.steps.length > 0 && (
        <ol class="steps">
          {view.steps.map((step) => <li key={step}>{step}</li>)}
        </ol>
      )}
      {view.canRetry && <button type="button" onClick={onRetry}>Try again now</button>}
    </main>
  );
}
