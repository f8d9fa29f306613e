import type { JSX } from "preact";
import { noticeView } from "../models/notice.ts";
import type { Link } from "../models/link.ts";
import { Dashboard } from "./Dashboard.tsx";
import { Notice } from "./Notice.tsx";

/** The page: figures where there are some, else what to do. `link` is null without a token. */
export function App({ link }: { link: Link | null }): JSX.Element {
  if (link === null) return <Notice view={noticeView({ kind: "connecting" }, false)} />;
  const state = link.state.value;
  const telemetry = link.telemetry.value;
  const isShutOut = state.kind === "refused" && state.status === 401;
  if (telemetry === null || isShutOut) {
    return <Notice view={noticeView(state, true)} onRetry={() => link.retry()} />;
  }
  return <Dashboard telemetry={telemetry} link={state} />;
}
