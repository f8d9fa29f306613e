/** Alerts, messages and a webhook's server, for tests. */
import type { Alert } from "../../shared/alert.ts";
import type { Severity } from "../../shared/severity.ts";
import type { Message, ToldAlert } from "../../sidecar/notify/message.ts";

/** An alert as the judge makes it. */
export function alertOf(id: string, { severity = "error", since = 0, message = `${id} is bad.` }: {
  severity?: Severity;
  since?: number;
  message?: string;
} = {}): Alert {
  return { id, severity, message, metric: "obs.active_fps", value: 12, since };
}

/** An alert as it is told: one that lasts, unless it says otherwise. */
export function toldOf(alert: Alert, changes: Partial<ToldAlert> = {}): ToldAlert {
  return {
    alert,
    firing: true,
    since: alert.since ?? 0,
    resolvedAt: null,
    lastedMs: null,
    times: 1,
    ...changes,
  };
}

/** A message about these. */
export function messageOf(alerts: readonly ToldAlert[], changes: Partial<Message> = {}): Message {
  return { kind: "alerts", streamer: "anna", at: 5, alerts, more: 0, lasting: null, ...changes };
}

/** A request that the server got. */
export interface Got {
  method: string;
  /** Path and query. */
  path: string;
  headers: Headers;
  body: string;
}

/** A webhook's server, which answers as a test says and keeps what it was sent. */
export function startWebhook(answer: (request: Request) => Response | Promise<Response>) {
  const got: Got[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    const { method, headers } = request;
    got.push({ method, path: pathname + search, headers, body: await request.text() });
    return await answer(request);
  });
  return {
    got,
    origin: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
