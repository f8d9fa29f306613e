import type { JSX } from "preact";
import { refusal } from "../../../shared/config_field.ts";
import { describeValue, type Setting, valueOf } from "../../models/settings/setting.ts";
import type { SettingsForm } from "../../models/settings/settings_form.ts";
import { Control } from "./Control.tsx";
import { controlId } from "./show_problem.ts";

/** One setting: what it is called, its control, its help or what is wrong with it. */
export function SettingField(
  { setting, form, isDisabled = false }: {
    setting: Setting;
    form: SettingsForm;
    isDisabled?: boolean;
  },
): JSX.Element {
  const { key, label, field } = setting;
  const id = controlId(key);
  const problem = form.problems.value.get(key) ?? null;
  const isChanged = form.changed.value.has(key);
  const isDefault = valueOf(setting, form.raw(setting)) === setting.default;
  return (
    <div class={`field field-${field.kind}${isChanged ? " is-changed" : ""}`}>
      <div class="field-head">
        <label for={id}>{label}</label>
        <span class={isChanged ? "mark" : "mark away"}>Changed</span>
        <button
          type="button"
          class={isDefault || isDisabled ? "quiet-button away" : "quiet-button"}
          aria-label={`Reset ${label} to its default: ${describeValue(setting.default)}`}
          onClick={() => form.reset(setting)}
        >
          Reset
        </button>
      </div>
      <Control
        setting={setting}
        form={form}
        describedBy={problem === null ? `${id}-help` : `${id}-problem`}
        isWrong={problem !== null}
        isDisabled={isDisabled}
      />
      <div class="field-notes">
        <p id={`${id}-help`} class={problem === null ? "help" : "help away"}>{field.help}</p>
        {/* Keeps the room that the message takes, so that nothing moves when it comes. */}
        {hasMessages(setting) && (
          <p class="help away" aria-hidden="true">{label} {refusal(field, "?")}</p>
        )}
        <p id={`${id}-problem`} class="problem" aria-live="polite">{problem}</p>
      </div>
    </div>
  );
}

/** Whether a value can be typed that is not allowed. */
function hasMessages({ field }: Setting): boolean {
  return field.kind !== "switch" && field.kind !== "choice";
}
