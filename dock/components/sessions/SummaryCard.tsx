import type { JSX } from "preact";
import type { SessionDetail } from "../../../shared/session.ts";
import type { Span } from "../../models/chart_source.ts";
import { formatPercent } from "../../models/format.ts";
import {
  formatMinute,
  sessionFigures,
  sessionRow,
  VERDICT_TONES,
} from "../../models/sessions/session_view.ts";
import type { Sessions } from "../../models/sessions/sessions.ts";
import { Card } from "../Card.tsx";
import { Figures } from "../Figures.tsx";

const MINUTE_MS = 60_000;

/** How a session went, in a sentence and in figures. */
export function SummaryCard({ sessions, detail, onSee }: {
  sessions: Sessions;
  detail: SessionDetail;
  onSee: (span: Span) => void;
}): JSX.Element {
  const { session, report } = detail;
  const { page, list } = sessions;
  const evening = list.evenings.value.find(({ id }) => id === (session.evening_id ?? session.id));
  const { duration, name, ended } = sessionRow(session);
  const worst = session.worst_minute;
  return (
    <Card id="summary" title={name} note={duration}>
      {evening !== undefined && evening.outputs.length > 1 && (
        <div class="choices" role="group" aria-label="Of which the figures are">
          {[evening, ...evening.outputs].map((each) => (
            <button
              key={each.id}
              type="button"
              class="choice"
              aria-pressed={each.id === session.id}
              onClick={() => each.id !== session.id && page.show(each.id)}
            >
              <bdi dir="auto">{each.kind === "evening" ? "All" : each.name}</bdi>
            </button>
          ))}
        </div>
      )}
      <p class={`summary tone-${VERDICT_TONES[report.verdict]}`}>
        <bdi dir="auto">{report.summary}</bdi>
        {ended !== "" && ` It ended because ${ended === "OBS went away" ? ended : `the ${ended}`}.`}
      </p>
      {sessionFigures(session).map((figures) => (
        <Figures key={figures[0]?.label} figures={figures} />
      ))}
      {worst !== null && (
        <p class="worst">
          Worst minute:{" "}
          <button
            type="button"
            class="quiet-button"
            onClick={() => onSee({ from: worst.at, to: worst.at + MINUTE_MS })}
          >
            {formatMinute(worst.at)}
          </button>{" "}
          {formatPercent(worst.lost_percentage)} lost to the {WORDS[worst.cause]}
        </p>
      )}
    </Card>
  );
}

const WORDS = { network: "network", gpu: "GPU", encoder: "encoder" } as const;
