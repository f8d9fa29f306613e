import type { JSX } from "preact";
import type { CheckReport } from "../../../shared/preflight.ts";
import { countsText, isTrouble, nameUnder, worstFirst } from "../../models/preflight/groups.ts";
import { CheckItem } from "./CheckItem.tsx";

/** Checks that have ended: what needs attention, and the rest folded into a line. */
export function CheckList({ checks, title }: {
  checks: readonly CheckReport[];
  /** What stands above them, and need not be said in each of their names. */
  title: string;
}): JSX.Element {
  const item = (check: CheckReport): JSX.Element => (
    <CheckItem key={check.id} check={check} name={nameUnder(title, check.name)} />
  );
  const sorted = worstFirst(checks);
  const troubles = sorted.filter(isTrouble);
  const fine = sorted.slice(troubles.length);
  if (troubles.length === 0) return <ul class="notes">{fine.map(item)}</ul>;
  return (
    <>
      <ul class="notes">{troubles.map(item)}</ul>
      {fine.length > 0 && (
        <details class="fine">
          <summary>{countsText(fine)}</summary>
          <ul class="notes">{fine.map(item)}</ul>
        </details>
      )}
    </>
  );
}
