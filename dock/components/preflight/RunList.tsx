import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { PreflightReport } from "../../../shared/preflight.ts";
import { runView } from "../../models/preflight/preflight_verdict.ts";
import { Card } from "../Card.tsx";
import { BandwidthTable } from "./BandwidthTable.tsx";
import { CheckList } from "./CheckList.tsx";

/** Earlier runs, each on a line that opens. */
export function RunList(
  { runs, nowMs }: { runs: readonly PreflightReport[]; nowMs: number },
): JSX.Element {
  return (
    <Card id="runs" title="Earlier runs">
      {runs.map((run) => <Run key={run.id} run={run} nowMs={nowMs} />)}
      {runs.length === 0 && <p class="empty">None.</p>}
    </Card>
  );
}

function Run({ run, nowMs }: { run: PreflightReport; nowMs: number }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const { when, word, tone, counts } = runView(run, nowMs);
  return (
    <details
      class={`run tone-${tone}`}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>
        {when} <b>{word}</b> <span class="quiet">{counts}</span>
      </summary>
      {isOpen && (
        <>
          {run.stopped !== null && (
            <p class="reason">
              <bdi dir="auto">{run.stopped}</bdi>
            </p>
          )}
          <CheckList checks={run.checks} title="" />
          <BandwidthTable reports={run.bandwidth} />
        </>
      )}
    </details>
  );
}
