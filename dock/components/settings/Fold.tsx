import type { ComponentChildren, JSX } from "preact";
import { setFold } from "../../models/settings/folds.ts";
import type { Settings } from "../../models/settings/settings.ts";

/** A part of the form that opens and closes. `note` stands at the title's far end. */
export function Fold({ id, title, note, isNested = false, settings, children }: {
  id: string;
  title: string;
  note: ComponentChildren;
  isNested?: boolean;
  settings: Settings;
  children: ComponentChildren;
}): JSX.Element {
  const isOpen = settings.openFolds.value.has(id);
  return (
    <details
      class={isNested ? "panel is-nested" : "panel"}
      open={isOpen}
      onToggle={(event) => setFold(settings, id, event.currentTarget.open)}
    >
      <summary>
        {isNested ? <h3>{title}</h3> : <h2>{title}</h2>}
        <span class="panel-note">{note}</span>
      </summary>
      {isOpen && <div class="panel-body" role="group" aria-label={title}>{children}</div>}
    </details>
  );
}
