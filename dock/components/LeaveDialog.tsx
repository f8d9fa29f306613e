import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Pages } from "../models/pages.ts";
import type { SessionPage } from "../models/sessions/session_page.ts";
import type { Settings } from "../models/settings/settings.ts";

/** Asks before a page, or a session, is left with changes that are not saved. */
export function LeaveDialog(
  { pages, settings, session }: { pages: Pages; settings: Settings; session: SessionPage },
): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const { notes } = session;
  const isAsked = pages.wanted.value !== null || session.wanted.value !== null;
  useLayoutEffect(() => {
    if (isAsked) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isAsked]);
  const { form, secrets } = settings;
  const count = form.count.value;
  const hasNotes = notes.isDirty.value;
  const failure = notes.outcome.value?.ok === false ? notes.outcome.value.text : null;
  const leave = (): void => {
    pages.leave();
    session.leave();
  };
  const stay = (): void => {
    pages.stay();
    session.stay();
  };
  const save = async (): Promise<void> => {
    const isSaved = (count === 0 || await form.save()) && await notes.save();
    if (isSaved && !settings.isDirty.peek()) leave();
    // Why notes are not saved is said here; why settings are not, where they are.
    else if (!notes.isDirty.peek()) stay();
  };
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="leave-title"
      onCancel={stay}
    >
      <h2 id="leave-title">Leave without saving?</h2>
      {count > 0 && <p>{count === 1 ? "One change is" : `${count} changes are`} not saved yet.</p>}
      {hasNotes && <p>Your notes are not saved yet.</p>}
      {hasNotes && failure !== null && <p class="tone-bad" role="alert">{failure}</p>}
      {secrets.isTyping.value && <p>A secret is typed, but not sent yet.</p>}
      <div class="dialog-buttons">
        <button type="button" class="button primary" autofocus onClick={stay}>
          Stay here
        </button>
        {(count > 0 || hasNotes) && (
          <button
            type="button"
            class="button"
            disabled={(count > 0 && form.obstacle.value !== null) || form.isSaving.value}
            onClick={save}
          >
            Save and leave
          </button>
        )}
        <button
          type="button"
          class="button"
          onClick={() => {
            form.discard();
            notes.discard();
            leave();
          }}
        >
          Discard and leave
        </button>
      </div>
    </dialog>
  );
}
