import { DOCK_COMMAND_HINT } from "../../shared/dock_url.ts";
import type { Log } from "../log/log.ts";
import type { Clock } from "../time/clock.ts";
import { createFailureWindow } from "./failure_window.ts";
import { problem } from "./problem.ts";
import { isPlainPath, requestTarget } from "./request_target.ts";
import type { ApiToken } from "./token.ts";

/** What the guard needs. */
export interface GuardOptions {
  /** Port that the API is reached at. */
  port: number;
  token: Pick<ApiToken, "matches">;
  clock: Pick<Clock, "monotonic">;
  log: Pick<Log, "warn">;
}

/** Looks at a request before routing; the answer if it is refused, null if it may go on. */
export type Guard = (request: Request) => Promise<Response | null>;

const TOKEN_HELP = `Run ${DOCK_COMMAND_HINT} and use the URL that it prints.`;

/** Failed tokens within a minute after which failures are answered with 429. */
const MAX_FAILURES = 10;
const FAILURE_WINDOW_MS = 60_000;

/** Whether a path gives data, and so wants the token and a request from the dock's own origin. */
function isProtected(path: string): boolean {
  return path === "/api" || path.startsWith("/api/") ||
    path === "/metrics" || path.startsWith("/metrics/");
}

/** A person opens the page itself: it holds no data and nobody can frame it. */
function isPageVisit(path: string, headers: Headers): boolean {
  return path === "/" && headers.get("sec-fetch-mode") === "navigate" &&
    headers.get("sec-fetch-dest") === "document";
}

/** Whether the browser may send this request, judged by where its page came from. */
function isSiteAllowed(path: string, headers: Headers): boolean {
  const site = headers.get("sec-fetch-site");
  if (site === null || site === "same-origin") return true;
  if (isProtected(path)) return false;
  return site === "none" || isPageVisit(path, headers);
}

/** The token of an `Authorization: Bearer …` header; null if there is not exactly one. */
function bearerToken(headers: Headers): string | null {
  return /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? null;
}

/**
 * Makes the guard. It checks, in this order: the Host header as it was sent, and that the URL says
 * the same; Origin; Sec-Fetch-Site; the path's spelling; the token; WebSocket upgrades. So a page
 * of another site gets no further than the first three, whatever else it sends.
 */
export function createGuard({ port, token, clock, log }: GuardOptions): Guard {
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  const failures = createFailureWindow({
    max: MAX_FAILURES,
    windowMs: FAILURE_WINDOW_MS,
    clock,
  });

  function refuseToken(): Response {
    const retryAfterSeconds = failures.add();
    if (retryAfterSeconds === null) {
      return problem(401, `The API's token is missing or is no longer valid. ${TOKEN_HELP}`, {
        "www-authenticate": "Bearer",
      });
    }
    if (failures.justFilled()) {
      log.warn(
        "Ten requests with a wrong API token within a minute: a dock with an old URL, or another " +
          `program that tries tokens. For the current URL, run ${DOCK_COMMAND_HINT}.`,
      );
    }
    return problem(429, `Too many wrong tokens. Wait, then: ${TOKEN_HELP}`, {
      "retry-after": String(retryAfterSeconds),
    });
  }

  return async (request) => {
    const { headers } = request;
    const host = headers.get("host");
    const target = requestTarget(request.url);
    if (host === null || target === null || !hosts.has(host) || target.authority !== host) {
      return problem(403, `This API answers at http://127.0.0.1:${port}/ only.`);
    }
    const origin = headers.get("origin");
    if (origin !== null && origin !== `http://${host}`) {
      return problem(403, "Requests from pages of other origins are refused.");
    }
    const { path } = target;
    if (!isSiteAllowed(path, headers)) {
      return problem(403, "Requests from pages of other sites are refused.");
    }
    if (!isPlainPath(path)) return problem(404, "There is no such resource.");
    if (isProtected(path)) {
      const candidate = bearerToken(headers);
      if (candidate === null || !await token.matches(candidate)) return refuseToken();
    }
    if (headers.get("upgrade")?.toLowerCase() === "websocket") {
      return problem(400, "This API has no WebSocket. Read /api/v1/events with fetch.");
    }
    return null;
  };
}
