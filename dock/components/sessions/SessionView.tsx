/// <reference lib="dom" />
import type { JSX } from "preact";
import type { Span } from "../../models/chart_source.ts";
import { findingViews, sessionRow, troubleViews } from "../../models/sessions/session_view.ts";
import type { Sessions } from "../../models/sessions/sessions.ts";
import { Card } from "../Card.tsx";
import { ComparisonCard } from "./ComparisonCard.tsx";
import { KeepCard } from "./KeepCard.tsx";
import { ListState } from "./ListState.tsx";
import { MomentForm } from "./MomentForm.tsx";
import { NotesCard } from "./NotesCard.tsx";
import { OutputsCard } from "./OutputsCard.tsx";
import { PastCharts } from "./PastCharts.tsx";
import { SummaryCard } from "./SummaryCard.tsx";
import { TroubleList } from "./TroubleList.tsx";

const CHARTS_ID = "past-charts";

/** One session: how it went, what went wrong and when, its charts, and what can be done with it. */
export function SessionView({ sessions }: { sessions: Sessions }): JSX.Element {
  const { page, live, now } = sessions;
  const detail = page.detail.value;
  const charts = page.charts.value;
  const problem = page.problem.value;
  const see = (span: Span): void => {
    page.zoom(span);
    document.getElementById(CHARTS_ID)?.scrollIntoView();
  };
  const row = detail === null ? null : sessionRow(detail.session);
  return (
    <>
      <div class="wide session-head">
        <button type="button" class="button" onClick={() => page.show(null)}>Back</button>
        <h1>{row === null ? "Session" : `${row.day}, ${row.time}`}</h1>
        {row?.isLive && <span class="badge">LIVE</span>}
      </div>
      {(detail === null || problem !== null) && (
        <div class="wide">
          <ListState
            problem={problem}
            isLoaded={detail !== null}
            isEmpty={false}
            empty=""
            onRetry={() => page.read()}
          />
        </div>
      )}
      {detail !== null && charts !== null && (
        <>
          <div class="column">
            <SummaryCard sessions={sessions} detail={detail} onSee={see} />
          </div>
          <div class="column">
            <Card id="findings" title="What went wrong">
              <TroubleList
                troubles={findingViews(detail.report)}
                onOpen={({ span }) => see(span)}
              />
              {detail.report.findings.length === 0 && <p class="empty">Nothing.</p>}
            </Card>
          </div>
          <div class="column wide">
            <Card id={CHARTS_ID} title="Charts" note="drag over time to zoom">
              <MomentForm onAsk={(text) => page.ask(text)} answer={page.moment.value} />
              <PastCharts
                charts={charts}
                specs={page.specs(live.limits.value)}
                live={live}
                onReset={() => page.reset()}
              />
            </Card>
          </div>
          <div class="column">
            <Card id="session-alerts" title="Alerts">
              <TroubleList
                troubles={troubleViews(detail.alerts, now())}
                onOpen={({ span }) => see(span)}
              />
              {detail.alerts.length === 0 && <p class="empty">None.</p>}
            </Card>
            <ComparisonCard report={detail.report} />
          </div>
          <div class="column">
            <OutputsCard outputs={detail.outputs} onOpen={(id) => page.show(id)} />
            <NotesCard notes={page.notes} />
            <KeepCard page={page} session={detail.session} onRemove={() => sessions.remove()} />
          </div>
        </>
      )}
    </>
  );
}
