import type { JSX } from "preact";
import type { CheckReport, Finding } from "../../../shared/preflight.ts";
import { isTrouble, STATUS_WORDS, worstFirst } from "../../models/preflight/groups.ts";
import { StatusMark } from "./StatusMark.tsx";

/** A check that has ended, with everything that it found. */
export function CheckItem({ check, name }: { check: CheckReport; name: string }): JSX.Element {
  const { status } = check;
  return (
    <li class={isTrouble(check) ? `note status-${status}` : ""}>
      <div class="check-head">
        <StatusMark status={status} />
        <h3 class="check-name">
          <bdi dir="auto">{name}</bdi>
        </h3>
        {isTrouble(check) && (
          <span class="note-label" aria-hidden="true">{STATUS_WORDS[status]}</span>
        )}
      </div>
      {worstFirst(check.findings).map((finding, index) => (
        <FindingText key={index} finding={finding} isOther={finding.status !== status} />
      ))}
    </li>
  );
}

/** What was seen, what would be right and what to do. `isOther`: it stands unlike its check. */
function FindingText({ finding, isOther }: { finding: Finding; isOther: boolean }): JSX.Element {
  const { status, seen, expected, remedy } = finding;
  return (
    <div class="finding">
      <p>
        {isOther && <b>{`${STATUS_WORDS[status]}: `}</b>}
        <bdi dir="auto">{seen}</bdi>
      </p>
      {expected !== null && (
        <p class="quiet">
          Expected: <bdi dir="auto">{expected}</bdi>
        </p>
      )}
      {remedy !== null && (
        <p class="remedy">
          <b>To do:</b> <bdi dir="auto">{remedy}</bdi>
        </p>
      )}
    </div>
  );
}
