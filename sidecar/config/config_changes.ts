import type { SettingProblem } from "../../shared/api.ts";
import { type ConfigChanges, defaultConfig } from "../../shared/config.ts";
import { withoutSecretStates } from "./secret_places.ts";
import { isTable, takeSettings } from "./take_settings.ts";

/** What somebody asks to be changed. */
export interface AskedChanges {
  changes: ConfigChanges;
  /** Every problem; with one of them nothing may be saved. */
  problems: SettingProblem[];
}

/** Reads the body of `PUT /api/v1/config`, as JSON has it. */
export function configChanges(body: unknown): AskedChanges {
  if (!isTable(body)) {
    return {
      changes: {},
      problems: [{ key: null, message: "the settings must be an object with a key a section" }],
    };
  }
  const { changes, problems } = withoutSecretStates(body);
  const findings = takeSettings(defaultConfig(), changes).map(({ path, message }) => ({
    key: path.join("."),
    message,
  }));
  return { changes, problems: [...problems, ...findings] };
}
