import type { JSX } from "preact";
import { MAX_NOTES_LENGTH } from "../../../shared/max_notes_length.ts";
import type { Notes } from "../../models/sessions/notes.ts";
import { Card } from "../Card.tsx";

/** What the user writes about a session. */
export function NotesCard({ notes }: { notes: Notes }): JSX.Element {
  const outcome = notes.outcome.value;
  const isBlocked = !notes.isDirty.value || notes.isSaving.value;
  return (
    <Card id="notes" title="Notes">
      <textarea
        class="input"
        rows={3}
        dir="auto"
        aria-label="Notes"
        maxLength={MAX_NOTES_LENGTH}
        value={notes.text.value}
        onInput={(event) => notes.edit(event.currentTarget.value)}
      />
      <div class="buttons">
        <button
          type="button"
          class="button"
          aria-disabled={isBlocked}
          onClick={() => !isBlocked && notes.save()}
        >
          {notes.isSaving.value ? "Saving…" : "Save notes"}
        </button>
        <p role="status" class={outcome?.ok === false ? "tone-bad" : "quiet"}>
          {outcome?.text ?? (notes.isDirty.value ? "Not saved yet." : "")}
        </p>
      </div>
    </Card>
  );
}
