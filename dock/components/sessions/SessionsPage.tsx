import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { LinkState } from "../../models/link.ts";
import type { Sessions } from "../../models/sessions/sessions.ts";
import { showFromTop } from "../show_from_top.ts";
import { AlertsView } from "./AlertsView.tsx";
import { EveningList } from "./EveningList.tsx";
import { SessionView } from "./SessionView.tsx";

const LISTS = [["evenings", "Evenings"], ["alerts", "Alerts"]] as const;

/** Past evenings and alerts, or one session. */
export function SessionsPage(
  { sessions, link }: { sessions: Sessions; link: LinkState },
): JSX.Element {
  const { listed, page } = sessions;
  const id = page.id.value;
  const last = useRef(id);
  useEffect(() => sessions.open(), []);
  useEffect(() => {
    if (last.current !== id) showFromTop();
    last.current = id;
  }, [id]);
  const isAway = link.kind !== "live";
  return (
    <main class="page sessions">
      {isAway && (
        <p class="wide reason" role="status">
          The sidecar is away: nothing new can be read until it is back.
        </p>
      )}
      {id !== null ? <SessionView sessions={sessions} /> : (
        <>
          <h1 class="unseen">Sessions</h1>
          <div class="wide choices" role="group" aria-label="What is listed">
            {LISTS.map(([name, title]) => (
              <button
                key={name}
                type="button"
                class="choice"
                aria-pressed={listed.value === name}
                onClick={() => listed.value = name}
              >
                {title}
              </button>
            ))}
          </div>
          {listed.value === "evenings"
            ? <EveningList sessions={sessions} />
            : <AlertsView sessions={sessions} />}
        </>
      )}
    </main>
  );
}
