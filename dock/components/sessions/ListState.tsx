import type { JSX } from "preact";

/** What stands where a list has nothing, or not everything: why, and what can be done. */
export function ListState({ problem, isLoaded, isEmpty, empty, onRetry }: {
  problem: string | null;
  isLoaded: boolean;
  isEmpty: boolean;
  /** What will stand here. */
  empty: string;
  onRetry: () => void;
}): JSX.Element | null {
  if (problem !== null) {
    return (
      <div class="list-state" role="alert">
        <p class="tone-bad">{problem}</p>
        <button type="button" class="button" onClick={onRetry}>Try again</button>
      </div>
    );
  }
  if (!isLoaded) return <p class="empty" aria-live="polite">Reading…</p>;
  return isEmpty ? <p class="empty">{empty}</p> : null;
}
