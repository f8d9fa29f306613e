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
  const fine = sorted.filter((check) => !isTrouble(check));
  return (
    <>
      <ul class="checks">{sorted.filter(isTrouble).map(item)}</ul>
      {fine.length > 0 && (
        <details class="fine">
          <summary>{countsText(fine)}</summary>
          <ul class="checks">{fine.map(item)}</ul>
        </details>
      )}
    </>
  );
}
