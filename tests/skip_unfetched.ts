import { NotFetchedError } from "./peers/fetched.ts";

/**
 * A test that is skipped, with the reason, where its counterpart cannot be fetched; in CI it fails.
 * Deno's tests cannot be skipped once they have begun: what it counts is a skipped step.
 */
export function skipUnfetched(
  test: (t: Deno.TestContext) => void | Promise<void>,
): (t: Deno.TestContext) => Promise<void> {
  return async (t) => {
    try {
      await test(t);
    } catch (error) {
      if (!(error instanceof NotFetchedError) || Deno.env.get("CI") === "true") throw error;
      await addSkippedStep(t, error);
    }
  };
}

/** Adds a skipped step that says why. */
export async function addSkippedStep(t: Deno.TestContext, why: NotFetchedError): Promise<void> {
  await t.step({ name: `skipped: ${why.message}`, ignore: true, fn() {} });
}
