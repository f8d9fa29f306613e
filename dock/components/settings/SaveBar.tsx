import type { JSX } from "preact";
import type { Settings } from "../../models/settings/settings.ts";
import { showFirstProblem } from "./show_problem.ts";

/** The form that every text input belongs to, so that Enter saves. */
export const SAVE_FORM_ID = "settings-form";

/** Save and discard, with what is to be said about it. It lies over the page's end. */
export function SaveBar({ settings }: { settings: Settings }): JSX.Element {
  const { form } = settings;
  const count = form.count.value;
  const notice = form.notice.value;
  const obstacle = count > 0 ? form.obstacle.value : null;
  const hasWrong = form.problems.value.size > 0;
  const changes = count === 1 ? "1 change" : `${count} changes`;
  const isIdle = count === 0 && notice === null;
  const text = [notice?.text, obstacle].filter((part) => part != null).join(" ");
  return (
    <div class="save-place">
      <p class="unseen" role="status">{`${text} ${count > 0 ? `${changes} not saved.` : ""}`}</p>
      <form
        id={SAVE_FORM_ID}
        class={`save-bar${notice === null ? "" : ` tone-${notice.tone}`}${isIdle ? " away" : ""}`}
        onSubmit={(event) => {
          event.preventDefault();
          form.save();
        }}
      >
        {text !== "" && (
          <p class="save-text">
            <bdi dir="auto">{text}</bdi>
            {hasWrong && count > 0 && (
              <button
                type="button"
                class="quiet-button"
                onClick={() => showFirstProblem(settings)}
              >
                Show
              </button>
            )}
          </p>
        )}
        {form.outside.value.length > 0 && (
          <ul class="save-differences" aria-label="Changed elsewhere">
            {form.outside.value.map(({ key, name, text, mine }) => (
              <li key={key}>
                <b>{name}</b>: {text}
                {mine !== null && <>; yours: {mine}</>}
              </li>
            ))}
          </ul>
        )}
        {count > 0 && (
          <div class="save-buttons">
            <span class="save-count">{changes}</span>
            <button type="button" class="button" onClick={() => form.discard()}>Discard</button>
            <button
              type="submit"
              class="button primary"
              disabled={obstacle !== null || form.isSaving.value}
            >
              {form.isSaving.value ? "Saving…" : "Save"}
            </button>
          </div>
        )}
      </form>
    </div>
  );
}
