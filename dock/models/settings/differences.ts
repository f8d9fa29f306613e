import type { ConfigDocument } from "../../../shared/api.ts";
import { allSettings, type Draft, EMPTY_DRAFT, platformNames } from "./draft.ts";
import { platformTitle } from "./platform_title.ts";
import { describeValue, type Setting, valueIn, valueOf } from "./setting.ts";
import { sectionViews } from "./sections.ts";

/** Something that was changed elsewhere while the form had changes of its own. */
export interface Difference {
  key: string;
  /** "Alerts: CPU warning". */
  name: string;
  /** "90, now 80". */
  text: string;
  /** What this form would save instead; null if it leaves the setting alone. */
  mine: string | null;
}

/** What differs between two versions of the settings. */
export function differences(
  before: ConfigDocument,
  after: ConfigDocument,
  draft: Draft,
): Difference[] {
  const old = platformNames(before, EMPTY_DRAFT);
  const now = platformNames(after, EMPTY_DRAFT);
  const comeOrGone = [...new Set([...old, ...now])]
    .filter((name) => !old.includes(name) || !now.includes(name))
    .map((name): Difference => ({
      key: `platforms.${name}`,
      name: platformTitle(name),
      text: now.includes(name) ? "added" : "removed",
      mine: null,
    }));
  const changed = allSettings(after, EMPTY_DRAFT)
    .filter(({ path }) => path[0] !== "platforms" || old.includes(path[1] ?? ""))
    .flatMap((setting): Difference[] => {
      const [was, is] = [valueIn(before, setting), valueIn(after, setting)];
      if (was === is) return [];
      const text = `${describeValue(was)}, now ${describeValue(is)}`;
      const raw = draft.raws.get(setting.key);
      const mine = raw === undefined ? null : describeValue(valueOf(setting, raw));
      return [{ key: setting.key, name: nameOf(setting), text, mine }];
    });
  return [...comeOrGone, ...changed];
}

function nameOf({ path, label }: Setting): string {
  const [section = "", second = ""] = path;
  const title = sectionViews().find(({ id }) => id === section)?.title ?? section;
  return section === "platforms" ? `${platformTitle(second)}: ${label}` : `${title}: ${label}`;
}
