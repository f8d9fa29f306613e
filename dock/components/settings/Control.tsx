import type { JSX } from "preact";
import { describeValue, type Setting } from "../../models/settings/setting.ts";
import type { SettingsForm } from "../../models/settings/settings_form.ts";
import { SAVE_FORM_ID } from "./SaveBar.tsx";
import { controlId } from "./show_problem.ts";

/** What a setting is changed with. Enter in a text saves the form. */
export function Control({ setting, form, describedBy, isWrong, isDisabled }: {
  setting: Setting;
  form: SettingsForm;
  describedBy: string;
  isWrong: boolean;
  isDisabled: boolean;
}): JSX.Element {
  const { kind, choices = [] } = setting.field;
  const raw = form.raw(setting);
  const common = {
    id: controlId(setting.key),
    disabled: isDisabled,
    "aria-describedby": describedBy,
  };
  if (kind === "switch") {
    return (
      <input
        {...common}
        type="checkbox"
        role="switch"
        class="switch"
        checked={raw === true}
        onChange={(event) => form.edit(setting, event.currentTarget.checked)}
      />
    );
  }
  if (kind === "choice") {
    return (
      <select
        {...common}
        class="input"
        value={String(raw)}
        onChange={(event) => form.edit(setting, event.currentTarget.value)}
      >
        {choices.map((choice) => (
          <option key={choice} value={choice}>
            {choice === setting.default ? `${choice} (default)` : choice}
          </option>
        ))}
      </select>
    );
  }
  return (
    <input
      {...common}
      type="text"
      class="input"
      form={SAVE_FORM_ID}
      inputMode={kind === "text" ? "text" : kind === "whole" ? "numeric" : "decimal"}
      autocomplete="off"
      autocapitalize="off"
      spellcheck={false}
      placeholder={describeValue(setting.default)}
      aria-invalid={isWrong ? "true" : undefined}
      value={String(raw)}
      onInput={(event) => form.edit(setting, event.currentTarget.value)}
    />
  );
}
