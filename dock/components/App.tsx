import type { JSX } from "preact";
import { noticeView } from "../models/notice.ts";
import type { Link } from "../models/link.ts";
import type { Live } from "../models/live.ts";
import { verdictView } from "../models/verdict.ts";
import { LivePage } from "./LivePage.tsx";
import { Notice } from "./Notice.tsx";
import { VerdictBar } from "./VerdictBar.tsx";

/** What the page follows. */
export interface Sources {
  link: Link;
  live: Live;
}

/** The page: figures where there are some, else what to do. `sources` is null without a token. */
export function App({ sources }: { sources: Sources | null }): JSX.Element {
  if (sources === null) return <Notice view={noticeView({ kind: "connecting" }, false)} />;
  const { link, live } = sources;
  const state = link.state.value;
  const telemetry = link.telemetry.value;
  const isShutOut = state.kind === "refused" && state.status === 401;
  if (telemetry === null || isShutOut) {
    return <Notice view={noticeView(state, true)} onRetry={() => link.retry()} />;
  }
  return (
    <>
      <VerdictBar view={verdictView(telemetry, state)} />
      <LivePage telemetry={telemetry} link={state} live={live} />
    </>
  );
}
