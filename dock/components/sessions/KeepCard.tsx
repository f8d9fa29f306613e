import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Session } from "../../../shared/session.ts";
import type { SessionPage } from "../../models/sessions/session_page.ts";
import { Card } from "../Card.tsx";

const WAYS = [
  ["CSV file", "csv", "file"],
  ["JSON file", "json", "file"],
  ["Copy CSV", "csv", "clipboard"],
  ["Copy JSON", "json", "clipboard"],
] as const;

/** Takes a session's figures elsewhere, or deletes them. */
export function KeepCard({ page, session, onRemove }: {
  page: SessionPage;
  session: Session;
  onRemove: () => void;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const isAsked = page.isDeleting.value;
  const isAsking = page.isAsking.value;
  const stay = (): void => {
    page.isDeleting.value = false;
  };
  useLayoutEffect(() => {
    if (isAsked) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isAsked]);
  return (
    <Card id="keep" title="Figures of this session">
      <div class="buttons">
        {WAYS.map(([title, format, to]) => (
          <button
            key={title}
            type="button"
            class="button"
            aria-disabled={isAsking}
            onClick={() => page.export(format, to)}
          >
            {title}
          </button>
        ))}
        {session.kind === "evening" && session.end_time !== null && (
          <button
            type="button"
            class="button"
            aria-disabled={isAsking}
            onClick={() => page.isDeleting.value = true}
          >
            Delete…
          </button>
        )}
        <p class="quiet" role="status">{page.exported.value}</p>
      </div>
      <dialog ref={dialog} class="dialog" aria-labelledby="delete-title" onCancel={stay}>
        <h2 id="delete-title">Delete this session?</h2>
        <p>Its figures, charts and notes are gone then. Nothing brings them back.</p>
        <div class="dialog-buttons">
          <button type="button" class="button primary" autofocus onClick={stay}>Keep it</button>
          <button type="button" class="button danger" onClick={onRemove}>Delete</button>
        </div>
      </dialog>
    </Card>
  );
}
