import type { JSX } from "preact";
import { sessionRow } from "../../models/sessions/session_view.ts";
import type { Evening } from "../../models/sessions/session_list.ts";
import type { Sessions } from "../../models/sessions/sessions.ts";
import { Card } from "../Card.tsx";
import { ListState } from "./ListState.tsx";
import { MomentForm } from "./MomentForm.tsx";

const EMPTY = "None yet. Every stream is kept here from its begin to its end: how it went, what " +
  "went wrong at which minute, and why.";

/** The evenings, newest first. */
export function EveningList({ sessions }: { sessions: Sessions }): JSX.Element {
  const { list, page } = sessions;
  const evenings = list.evenings.value;
  return (
    <div class="column wide">
      {evenings.length > 0 && (
        <MomentForm onAsk={(text) => sessions.ask(text)} answer={sessions.missing.value} />
      )}
      <Card id="evenings" title="Evenings">
        <ul class="evenings">
          {evenings.map((evening) => (
            <Row
              key={evening.id}
              evening={evening}
              onOpen={() => page.show(evening.id)}
            />
          ))}
        </ul>
        <ListState
          problem={list.problem.value}
          isLoaded={list.isLoaded.value}
          isEmpty={evenings.length === 0}
          empty={EMPTY}
          onRetry={() => list.read()}
        />
        {list.hasMore.value && (
          <button
            type="button"
            class="button more-button"
            aria-disabled={list.isAsking.value}
            onClick={() => !list.isAsking.peek() && list.more()}
          >
            Load older evenings
          </button>
        )}
      </Card>
    </div>
  );
}

function Row({ evening, onOpen }: { evening: Evening; onOpen: () => void }): JSX.Element {
  const { day, time, isLive, tone, trouble, name, duration, lost, ended } = sessionRow(evening);
  const hasAlerts = evening.errors + evening.warnings > 0;
  return (
    <li>
      <button type="button" class={`evening tone-${tone}`} onClick={onOpen}>
        <span class="evening-day">{day}</span>
        <span class="quiet">{time}</span>
        {isLive && <span class="badge">LIVE</span>}
        <bdi class="evening-name" dir="auto">{name}</bdi>
        <span class="evening-facts">
          <span>{duration}</span>
          <span>{lost}</span>
          <span class={hasAlerts ? "evening-trouble" : ""}>{trouble}</span>
          {ended !== "" && <span class="evening-trouble">{ended}</span>}
        </span>
      </button>
    </li>
  );
}
