import type { ConfigDocument } from "../../../shared/api.ts";
import type { ConfigChanges } from "../../../shared/config.ts";
import { KNOWN_PLATFORMS } from "../../../shared/config_fields.ts";
import {
  platformSettings,
  problemOf,
  type Raw,
  rawOf,
  sectionSettings,
  type Setting,
  valueIn,
  valueOf,
} from "./setting.ts";
import { SECTION_NAMES } from "./sections.ts";

/** What the user has changed and not saved. */
export interface Draft {
  /** What stands in the controls that were touched, by the settings' keys. */
  readonly raws: ReadonlyMap<string, Raw>;
  /** Platforms to begin and to take out. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Nothing changed. */
export const EMPTY_DRAFT: Draft = { raws: new Map(), added: [], removed: [] };

/** Names of the platforms that a form shows, those to be removed among them. */
export function platformNames(document: ConfigDocument, { added }: Draft): string[] {
  const own = Object.keys(document.platforms ?? {});
  return [...own, ...added.filter((name) => !own.includes(name))];
}

/** Whether a platform is the user's own, so that it can be removed. */
export function isOwnPlatform(name: string): boolean {
  return !Object.hasOwn(KNOWN_PLATFORMS, name);
}

/** Every setting of a form. */
export function allSettings(document: ConfigDocument, draft: Draft): Setting[] {
  return [
    ...SECTION_NAMES.flatMap(sectionSettings),
    ...platformNames(document, draft).flatMap(platformSettings),
  ];
}

/** What stands in a setting's control. */
export function rawIn(document: ConfigDocument, draft: Draft, setting: Setting): Raw {
  return draft.raws.get(setting.key) ?? rawOf(setting, valueIn(document, setting));
}

/** The draft with another value in a control; none where it is as saved. */
export function withRaw(
  document: ConfigDocument,
  draft: Draft,
  { setting, raw }: { setting: Setting; raw: Raw },
): Draft {
  const raws = new Map(draft.raws);
  if (raw === rawOf(setting, valueIn(document, setting))) raws.delete(setting.key);
  else raws.set(setting.key, raw);
  return { ...draft, raws };
}

/** The draft with a platform to be taken out, or no longer; one that it added is gone from it. */
export function withPlatformToggled({ raws, added, removed }: Draft, name: string): Draft {
  if (added.includes(name)) {
    const others = [...raws].filter(([key]) => !key.startsWith(`platforms.${name}.`));
    return { raws: new Map(others), added: added.filter((other) => other !== name), removed };
  }
  const isRemoved = removed.includes(name);
  return {
    raws,
    added,
    removed: isRemoved ? removed.filter((other) => other !== name) : [...removed, name],
  };
}

/** A change that would be saved. */
export interface Change {
  setting: Setting;
  before: unknown;
  after: unknown;
}

/** The settings that differ from the saved ones; those of platforms to be removed do not count. */
export function changesIn(document: ConfigDocument, draft: Draft): Change[] {
  return allSettings(document, draft).flatMap((setting): Change[] => {
    const raw = draft.raws.get(setting.key);
    const isRemoved = setting.path[0] === "platforms" &&
      draft.removed.includes(setting.path[1] ?? "");
    if (raw === undefined || isRemoved) return [];
    const before = valueIn(document, setting);
    const after = valueOf(setting, raw);
    return before === after ? [] : [{ setting, before, after }];
  });
}

/** What is wrong with each change, by the settings' keys. */
export function problemsIn(document: ConfigDocument, draft: Draft): Map<string, string> {
  return new Map(
    changesIn(document, draft).flatMap(({ setting }): [string, string][] => {
      const problem = problemOf(setting, draft.raws.get(setting.key) ?? "");
      return problem === null ? [] : [[setting.key, problem]];
    }),
  );
}

/** How many things a save would change. */
export function countChanges(document: ConfigDocument, draft: Draft): number {
  return changesIn(document, draft).length + draft.added.length + draft.removed.length;
}

/** The body of a save: the changed settings alone, null for what goes back to its default. */
export function changesBody(document: ConfigDocument, draft: Draft): ConfigChanges {
  const body: Record<string, Record<string, unknown>> = {};
  const platforms: Record<string, Record<string, unknown> | null> = {};
  for (const name of draft.added) platforms[name] = {};
  for (const { setting, after } of changesIn(document, draft)) {
    const [section = "", second = "", third = ""] = setting.path;
    const value = after === setting.default ? null : after;
    if (section === "platforms") (platforms[second] ??= {})[third] = value;
    else (body[section] ??= {})[second] = value;
  }
  for (const name of draft.removed) platforms[name] = null;
  return Object.keys(platforms).length === 0 ? body : { ...body, platforms } as ConfigChanges;
}

/** The draft without what the document has by now. */
export function prune(document: ConfigDocument, draft: Draft): Draft {
  const own = Object.keys(document.platforms ?? {});
  const added = draft.added.filter((name) => !own.includes(name));
  const removed = draft.removed.filter((name) => own.includes(name));
  const kept = { raws: draft.raws, added, removed };
  const raws = new Map(
    allSettings(document, kept).flatMap((setting): [string, Raw][] => {
      const raw = draft.raws.get(setting.key);
      if (raw === undefined || valueOf(setting, raw) === valueIn(document, setting)) return [];
      return [[setting.key, raw]];
    }),
  );
  return { raws, added, removed };
}
