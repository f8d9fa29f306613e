import type { ConfigDocument } from "../../../shared/api.ts";
import type { Difference } from "./differences.ts";
import { countChanges, type Draft, prune } from "./draft.ts";
import type { FormNotice } from "./form_notice.ts";

/** What the form knows when settings turn out to be others than before. */
export interface FormState {
  /** The settings as they are now. */
  document: ConfigDocument;
  /** What was sent in a save that nobody answered: it may have been saved all the same. */
  unanswered: Draft | null;
  /** How many changes of the user's are not saved. */
  count: number;
  /** What was told before, and not acted on yet. */
  outside: readonly Difference[];
}

/** What is to be told, and of which settings. */
export interface OutsideNews {
  notice: FormNotice;
  outside: readonly Difference[];
}

/**
 * What to tell of settings that changed since the last reading; a save without an answer may have
 * done it. Null if there is nothing to tell.
 */
export function outsideNews(found: readonly Difference[], state: FormState): OutsideNews | null {
  const { document, unanswered: sent, count, outside } = state;
  if (sent === null || countChanges(document, prune(document, sent)) > 0) {
    return newsOf(found, state);
  }
  const platforms = [...sent.added, ...sent.removed].map((name) => `platforms.${name}`);
  const ours = new Set([...sent.raws.keys(), ...platforms]);
  const text = count === 0 ? "Saved." : "What you sent first is saved, the rest not.";
  return newsOf(found.filter(({ key }) => !ours.has(key)), state) ??
    { notice: { tone: "good", text }, outside };
}

function newsOf(
  found: readonly Difference[],
  { count, outside }: FormState,
): OutsideNews | null {
  if (found.length === 0) return null;
  if (count === 0) {
    return {
      notice: {
        tone: "good",
        text: "config.toml was changed elsewhere. This page shows it as it is now.",
      },
      outside: [],
    };
  }
  const keys = new Set(found.map(({ key }) => key));
  return {
    notice: {
      tone: "warning",
      text:
        "config.toml was changed elsewhere. Your changes are kept: save them on top of it, or " +
        "discard them.",
    },
    outside: [...outside.filter(({ key }) => !keys.has(key)), ...found],
  };
}
