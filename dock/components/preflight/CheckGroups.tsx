import type { JSX } from "preact";
import type { PreflightReport } from "../../../shared/preflight.ts";
import {
  countsText,
  groupViews,
  isTrouble,
  nameUnder,
  troubledFirst,
} from "../../models/preflight/groups.ts";
import { Card } from "../Card.tsx";
import { CheckItem } from "./CheckItem.tsx";
import { CheckList } from "./CheckList.tsx";
import { CheckRow } from "./CheckRow.tsx";

/** The checks of a report: rows that keep their places while they run, findings afterwards. */
export function CheckGroups(
  { report, isRunning }: { report: PreflightReport; isRunning: boolean },
): JSX.Element {
  const groups = groupViews(report);
  if (isRunning) {
    return (
      <>
        {groups.map(({ key, title, checks }, index) => (
          <Card key={key} id={`checks-${index}`} title={title}>
            <ul class="check-rows">
              {checks.map((check) => (
                <CheckRow key={check.id} check={check} name={nameUnder(title, check.name)} />
              ))}
            </ul>
          </Card>
        ))}
      </>
    );
  }
  return (
    <>
      {troubledFirst(groups).map(({ key, title, checks }, index) =>
        checks.some(isTrouble)
          ? (
            <Card
              key={`${report.id} ${key}`}
              id={`checks-${index}`}
              title={title}
              note={countsText(checks.filter(isTrouble))}
            >
              <CheckList checks={checks} title={title} />
            </Card>
          )
          : (
            <details key={`${report.id} ${key}`} class="card fine-group">
              <summary class="card-head">
                <h2>{title}</h2>
                <span class="card-note">{countsText(checks)}</span>
              </summary>
              <ul class="checks">
                {checks.map((check) => (
                  <CheckItem key={check.id} check={check} name={nameUnder(title, check.name)} />
                ))}
              </ul>
            </details>
          )
      )}
    </>
  );
}
