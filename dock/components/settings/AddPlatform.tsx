import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { SettingsForm } from "../../models/settings/settings_form.ts";

/** Begins a platform of the user's own. */
export function AddPlatform({ form }: { form: SettingsForm }): JSX.Element {
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <form
      class="field"
      onSubmit={(event) => {
        event.preventDefault();
        const found = form.addPlatform(name.trim());
        setProblem(found);
        if (found === null) setName("");
      }}
    >
      <div class="field-head">
        <label for="add-platform">Another platform</label>
      </div>
      <div class="secret-form">
        <input
          id="add-platform"
          type="text"
          class="input"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder="Name"
          aria-invalid={problem === null ? undefined : "true"}
          aria-describedby={problem === null ? "add-platform-help" : "add-platform-problem"}
          value={name}
          onInput={(event) => {
            setName(event.currentTarget.value);
            setProblem(null);
          }}
        />
        <button type="submit" class="button">Add</button>
      </div>
      <div class="field-notes">
        <p id="add-platform-help" class={problem === null ? "help" : "help away"}>
          A name of your own for it: small letters, digits, _ and -. It cannot be changed later.
        </p>
        <p id="add-platform-problem" class="problem" aria-live="polite">{problem}</p>
      </div>
    </form>
  );
}
