import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Telemetry } from "../../../shared/telemetry.ts";
import type { LinkState } from "../../models/link.ts";
import { bandwidthObstacle } from "../../models/preflight/bandwidth_rows.ts";
import type { Preflight } from "../../models/preflight/preflight.ts";
import { preflightVerdict } from "../../models/preflight/preflight_verdict.ts";
import { BandwidthCard } from "./BandwidthCard.tsx";
import { BandwidthDialog } from "./BandwidthDialog.tsx";
import { CheckGroups } from "./CheckGroups.tsx";
import { PreflightVerdictBar } from "./PreflightVerdictBar.tsx";
import { RunList } from "./RunList.tsx";

const AWAY = "The sidecar is away: this is the last that it said.";
const ORPHAN = "From before the sidecar was started again.";

/** The checks before a stream: the verdict, what was found, and earlier runs. */
export function PreflightPage({ preflight, telemetry, link }: {
  preflight: Preflight;
  telemetry: Telemetry;
  link: LinkState;
}): JSX.Element {
  useEffect(() => preflight.open(), []);
  const report = preflight.report.value;
  const runs = preflight.runs.value;
  const isOrphan = preflight.isOrphan.value;
  const isAsking = preflight.isAsking.value;
  const problem = preflight.problem.value;
  const isAway = link.kind !== "live";
  const isRunning = report?.finished_at === null && !isOrphan;
  const nowMs = telemetry.written_at_ms;
  const isLoaded = preflight.isLoaded.value;
  const view = preflightVerdict({ report, isLoaded, isOrphan, isAway, nowMs });
  const isBlocked = isAway || isAsking;
  const obstacle = isRunning ? "Not while checks run." : bandwidthObstacle(telemetry.obs);
  // Snapshots come every half second; lists that are as they were need no look.
  const groups = useMemo(
    () => report !== null && <CheckGroups report={report} isRunning={isRunning} />,
    [report, isRunning],
  );
  const list = useMemo(
    () => <RunList runs={runs.filter(({ id }) => id !== report?.id)} nowMs={nowMs} />,
    [runs, report?.id],
  );
  const toggle = (): void => {
    if (isBlocked) return;
    if (isRunning) preflight.stop();
    else preflight.run();
  };
  return (
    <main class={isAway ? "preflight is-away" : "preflight"}>
      <PreflightVerdictBar view={view} />
      <p class="unseen" role="status">{problem ?? view.spoken}</p>
      <div class="page">
        <div class="preflight-actions wide">
          <button
            type="button"
            class={isRunning ? "button danger" : "button primary"}
            aria-disabled={isBlocked}
            aria-describedby="preflight-note"
            onClick={toggle}
          >
            {isRunning ? "Stop" : "Run checks"}
          </button>
          <p
            class={problem === null ? "preflight-note quiet" : "preflight-note tone-bad"}
            id="preflight-note"
          >
            <bdi dir="auto">{isAway ? AWAY : problem ?? (isOrphan ? ORPHAN : "")}</bdi>
          </p>
        </div>
        <div class="column">{groups}</div>
        <div class="column">
          <BandwidthCard
            reports={report?.bandwidth ?? []}
            obstacle={isAway ? "The sidecar is away." : obstacle}
            onAsk={() => preflight.askBandwidth()}
          />
          {list}
        </div>
      </div>
      <BandwidthDialog preflight={preflight} />
    </main>
  );
}
