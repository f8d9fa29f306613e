import type { JSX } from "preact";
import type { Link } from "../models/link.ts";
import type { Live } from "../models/live.ts";
import { noticeView } from "../models/notice.ts";
import type { Pages } from "../models/pages.ts";
import type { Preflight } from "../models/preflight/preflight.ts";
import type { Sessions } from "../models/sessions/sessions.ts";
import type { Settings } from "../models/settings/settings.ts";
import type { Sound } from "../sound.ts";
import { verdictView } from "../models/verdict.ts";
import { LeaveDialog } from "./LeaveDialog.tsx";
import { LivePage } from "./LivePage.tsx";
import { Navigation } from "./Navigation.tsx";
import { Notice } from "./Notice.tsx";
import { PreflightPage } from "./preflight/PreflightPage.tsx";
import { SessionsPage } from "./sessions/SessionsPage.tsx";
import { SettingsPage } from "./settings/SettingsPage.tsx";
import { VerdictBar } from "./VerdictBar.tsx";
import { VerdictStrip } from "./VerdictStrip.tsx";

/** What the page shows and does. */
export interface Dock {
  link: Link;
  live: Live;
  pages: Pages;
  settings: Settings;
  preflight: Preflight;
  sessions: Sessions;
  sound: Sound;
}

/** The page: figures where there are some, else what to do. `dock` is null without a token. */
export function App({ dock }: { dock: Dock | null }): JSX.Element {
  if (dock === null) return <Notice view={noticeView({ kind: "connecting" }, false)} />;
  const { link, live, pages, settings, preflight, sessions, sound } = dock;
  const state = link.state.value;
  const telemetry = link.telemetry.value;
  const isShutOut = state.kind === "refused" && state.status === 401;
  if (telemetry === null || isShutOut) {
    return <Notice view={noticeView(state, true)} onRetry={() => link.retry()} />;
  }
  const page = pages.current.value;
  const verdict = verdictView(telemetry, state);
  return (
    <div class="shell">
      <div class="shell-page">
        {page === "live"
          ? (
            <>
              <VerdictBar view={verdict} />
              <LivePage telemetry={telemetry} link={state} live={live} />
            </>
          )
          : (
            <>
              <VerdictStrip view={verdict} onOpen={() => pages.go("live")} />
              {page === "settings" && <SettingsPage settings={settings} sound={sound} />}
              {page === "preflight" && (
                <PreflightPage preflight={preflight} telemetry={telemetry} link={state} />
              )}
              {page === "sessions" && <SessionsPage sessions={sessions} link={state} />}
            </>
          )}
      </div>
      {sound.isBlocked.value && (
        <aside class="sound-note" aria-label="Sound">Click here once to hear alerts.</aside>
      )}
      <Navigation pages={pages} />
      <LeaveDialog pages={pages} settings={settings} session={sessions.page} />
    </div>
  );
}
