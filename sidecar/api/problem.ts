import type { Problem, SettingProblem } from "../../shared/api.ts";

/** Reason phrases of the statuses that the API answers with (RFC 9110, RFC 6585). */
const TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

/** A status that a problem can have. */
export type ProblemStatus = keyof typeof TITLES;

/**
 * An error answer in RFC 9457's form.
 * `detail` goes to whoever asked: it says what is wrong and what to do, and holds no secret.
 */
export function problem(
  status: ProblemStatus,
  detail: string,
  headers: Record<string, string> = {},
): Response {
  return answer({ type: "about:blank", title: TITLES[status], status, detail }, headers);
}

/** An error answer that names every setting that is wrong. */
export function settingsProblem(
  status: 409 | 422,
  { detail, problems }: { detail: string; problems: readonly SettingProblem[] },
): Response {
  return answer({ type: "about:blank", title: TITLES[status], status, detail, problems });
}

function answer(body: Problem, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: { ...headers, "content-type": "application/problem+json" },
  });
}

/** The answer to a method that a resource does not have. */
export function methodNotAllowed(...allowed: string[]): Response {
  const allow = allowed.join(", ");
  return problem(405, `This resource answers to ${allow} only.`, { allow });
}
