import type { JSX } from "preact";
import type { AlertView } from "../models/alerts.ts";
import { Card } from "./Card.tsx";

/** All active alerts. A screen reader is told of each when it appears. */
export function AlertList({ alerts }: { alerts: AlertView[] }): JSX.Element {
  return (
    <Card id="alerts" title="Alerts">
      <ul class="notes" role="alert" aria-relevant="additions">
        {alerts.map(({ id, tone, severity, message, since }) => (
          <li key={id} class={`note tone-${tone}`}>
            <span class="note-head">
              <span class="note-label">{severity}</span>
              <span class="note-since">{since}</span>
            </span>
            <bdi class="note-text" dir="auto">{message}</bdi>
          </li>
        ))}
      </ul>
      {alerts.length === 0 && <p class="empty">None.</p>}
    </Card>
  );
}
