/** Sessions as a running sidecar tells them. */
import * as v from "valibot";
import { type SessionsAnswer, SessionsSchema } from "../../shared/session.ts";
import type { SidecarPeer } from "../peers/sidecar.ts";
import { until } from "../peers/until.ts";

/** The list of sessions now. */
export async function listSessions(sidecar: SidecarPeer): Promise<SessionsAnswer["sessions"]> {
  const answer = await fetch(`http://127.0.0.1:${sidecar.port}/api/v1/sessions`, {
    headers: { authorization: `Bearer ${sidecar.token()}` },
  });
  return v.parse(SessionsSchema, await answer.json()).sessions;
}

/** Waits until the list fulfils the condition, and returns it. */
export function untilSessions(
  sidecar: SidecarPeer,
  condition: (sessions: SessionsAnswer["sessions"]) => boolean,
  { what, withinMs = 30_000 }: { what: string; withinMs?: number },
): Promise<SessionsAnswer["sessions"]> {
  return until(async () => {
    const sessions = await listSessions(sidecar);
    return condition(sessions) && sessions;
  }, { what: `the sessions show that ${what}`, withinMs });
}
