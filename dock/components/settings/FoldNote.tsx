import type { JSX } from "preact";
import type { Setting } from "../../models/settings/setting.ts";
import type { Settings } from "../../models/settings/settings.ts";

/** What a closed fold must not hide: changes, and what is not allowed. */
export function FoldNote({ settings, prefix, fields }: {
  settings: Settings;
  prefix: string;
  fields: readonly Setting[];
}): JSX.Element | null {
  const { problems, draft } = settings.form;
  const isHere = (key: string): boolean =>
    key.startsWith(prefix) && (fields.length === 0 || fields.some((field) => field.key === key));
  const { raws, added, removed } = draft.value;
  const names = prefix === "platforms." ? [...added, ...removed] : [];
  const changed = [...raws.keys()].filter(isHere).length + names.length;
  const wrong = [...problems.value.keys()].filter(isHere).length;
  if (wrong > 0) return <span class="mark is-bad">{wrong} not allowed</span>;
  return changed > 0 ? <span class="mark">{changed} changed</span> : null;
}
