import type { Problem } from "../shared/api.ts";

/** Reads an error in RFC 9457's form; null if the answer is none of the sidecar's. */
export async function readProblem(answer: Response): Promise<Partial<Problem> | null> {
  if (answer.headers.get("content-type") === "application/problem+json") {
    return await answer.json() as Partial<Problem>;
  }
  await answer.body?.cancel();
  return null;
}

/** What to say where something else than the sidecar answers. */
export function strangerDetail(status: number): string {
  return `Another program than the sidecar answers here (HTTP ${status}).`;
}
