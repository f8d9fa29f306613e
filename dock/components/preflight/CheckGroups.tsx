import type { JSX } from "preact";
import type { PreflightReport } from "../../../shared/preflight.ts";
import {
  countsText,
  type GroupView,
  groupViews,
  isTrouble,
  nameUnder,
  troubledFirst,
} from "../../models/preflight/groups.ts";
import { CheckList } from "./CheckList.tsx";
import { CheckRow } from "./CheckRow.tsx";

/** The checks of a report: rows that keep their places while they run, findings afterwards. */
export function CheckGroups(
  { report, isRunning }: { report: PreflightReport; isRunning: boolean },
): JSX.Element {
  const groups = groupViews(report);
  return (
    <>
      {(isRunning ? groups : troubledFirst(groups)).map((group) => (
        <Group key={`${report.id} ${isRunning} ${group.key}`} group={group} isRunning={isRunning} />
      ))}
    </>
  );
}

/** One group, open as long as there is something to see to. */
function Group({ group, isRunning }: { group: GroupView; isRunning: boolean }): JSX.Element {
  const { title, checks } = group;
  const troubles = checks.filter(isTrouble);
  return (
    <details class="panel" open={isRunning || troubles.length > 0}>
      <summary>
        <h2>{title}</h2>
        <span class="panel-state">
          {isRunning ? "" : countsText(troubles.length > 0 ? troubles : checks)}
        </span>
      </summary>
      <div class="panel-body">
        {isRunning
          ? (
            <ul>
              {checks.map((check) => (
                <CheckRow key={check.id} check={check} name={nameUnder(title, check.name)} />
              ))}
            </ul>
          )
          : <CheckList checks={checks} title={title} />}
      </div>
    </details>
  );
}
