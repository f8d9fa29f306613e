import type { Problem } from "../../shared/api.ts";

/** Reason phrases of the statuses that the API answers with (RFC 9110, RFC 6585). */
const TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
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
  const body: Problem = { type: "about:blank", title: TITLES[status], status, detail };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, "content-type": "application/problem+json" },
  });
}

/** The answer to a method that a resource does not have. */
export function methodNotAllowed(...allowed: string[]): Response {
  const allow = allowed.join(", ");
  return problem(405, `This resource answers to ${allow} only.`, { allow });
}
