import type { JSX } from "preact";
import { formatDay, troubleViews } from "../../models/sessions/session_view.ts";
import type { Sessions } from "../../models/sessions/sessions.ts";
import { Card } from "../Card.tsx";
import { ListState } from "./ListState.tsx";
import { PastCharts } from "./PastCharts.tsx";
import { TroubleList } from "./TroubleList.tsx";

const EMPTY = "None yet. Whatever goes wrong in a stream is kept here, with the minutes before it.";

/** Alerts that fire and those that are over, each with the minutes around it. */
export function AlertsView({ sessions }: { sessions: Sessions }): JSX.Element {
  const { alerts: page, live, now } = sessions;
  const records = page.alerts.value;
  const opened = page.opened.value;
  const charts = page.charts.value;
  const isFiring = (index: number): boolean => records[index]?.state === "firing";
  const troubles = troubleViews(records, now()).map((view, index) => ({
    ...view,
    label: isFiring(index) ? `${view.label}, now` : view.label,
    times: `${formatDay(view.span.from)} ${view.times}`,
  }));
  return (
    <div class="column wide">
      <Card id="alert-list" title="Alerts">
        <TroubleList
          troubles={troubles}
          onOpen={({ key }) => {
            const alert = records.find(({ uid }) => uid === key);
            if (alert !== undefined) page.toggle(alert);
          }}
          isOpen={(key) => key === opened?.uid}
          below={(key) => {
            if (key !== opened?.uid) return null;
            if (charts === null) return <p class="empty" aria-live="polite">Reading…</p>;
            return (
              <PastCharts
                charts={charts}
                specs={page.specs(live.limits.value)}
                live={live}
                onReset={() => charts.reset()}
              />
            );
          }}
        />
        <ListState
          problem={page.problem.value}
          isLoaded={page.isLoaded.value}
          isEmpty={records.length === 0}
          empty={EMPTY}
          onRetry={() => page.read()}
        />
        {page.hasMore.value && records.length > 0 && (
          <button
            type="button"
            class="button more-button"
            aria-disabled={page.isAsking.value}
            onClick={() => !page.isAsking.peek() && page.more()}
          >
            Load older alerts
          </button>
        )}
      </Card>
    </div>
  );
}
