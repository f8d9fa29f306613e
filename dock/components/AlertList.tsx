import type { JSX } from "preact";
import type { AlertView } from "../models/alerts.ts";
import { Card } from "./Card.tsx";

/** The alerts that are active, and those of the last 15 minutes that are over. */
export function AlertList({ alerts, isFresh }: {
  alerts: AlertView[];
  /** Whether what came before the dock was opened is not known. */
  isFresh: boolean;
}): JSX.Element {
  return (
    <Card id="alerts" title="Alerts" note="last 15 minutes">
      <ul class="notes">
        {alerts.map(({ key, tone, severity, message, isOver, since }) => (
          <li key={key} class={`note tone-${tone}${isOver ? " is-over" : ""}`}>
            <span class="note-head">
              <span class="note-label">{severity}</span>
              <span class="note-since">{since}</span>
            </span>
            <bdi class="note-text" dir="auto" title={message}>{message}</bdi>
          </li>
        ))}
      </ul>
      {alerts.length === 0 && <p class="empty">None{isFresh && " since this dock was opened"}.</p>}
    </Card>
  );
}
