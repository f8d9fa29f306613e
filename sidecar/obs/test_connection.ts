import type { TestResult } from "../../shared/api.ts";
import { cleanText } from "../../shared/text.ts";
import { DeadlineError, withDeadline } from "../time/deadline.ts";
import { type ObsConnection } from "./connection.ts";
import { fieldsOf, textField } from "./fields.ts";

/** Longest that a test looks for an OBS that is not connected. */
const PATIENCE_MS = 5_000;

/** What the test needs. */
export interface TestConnectionOptions {
  connection: Pick<ObsConnection, "session" | "endpoint" | "problem" | "retry">;
  patienceMs?: number;
}

/** Whether OBS answers now: a round trip if it is connected, else a new attempt to find it. */
export async function testConnection(
  { connection, patienceMs = PATIENCE_MS }: TestConnectionOptions,
): Promise<TestResult> {
  if (connection.session === null) {
    // The problem of the time before says more than that there is no result yet.
    await withDeadline(connection.retry(), { ms: patienceMs, what: "OBS" }).catch(() => {});
  }
  const { session, endpoint } = connection;
  if (session === null) return { ok: false, message: connection.problem };
  const place = endpoint === null ? "" : ` at ${endpoint.host}:${endpoint.port}`;
  try {
    const [answer] = await session.batch([{ requestType: "GetVersion" }]);
    const version = textField(fieldsOf(answer?.data), "obsVersion");
    return {
      ok: true,
      message: `OBS ${version === null ? "" : `${cleanText(version)} `}answers${place} ` +
        `(obs-websocket ${session.pluginVersion}).`,
    };
  } catch (error) {
    return {
      ok: false,
      message: error instanceof DeadlineError
        ? `OBS${place} is connected but does not answer. If it hangs, restart it.`
        : "The connection to OBS ended during the test. Try again.",
    };
  }
}
