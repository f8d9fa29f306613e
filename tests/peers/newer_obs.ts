/** Whether a newer Debian's OBS is there for a test. */
import { addSkippedStep } from "../skip_unfetched.ts";
import { NotFetchedError } from "./fetched.ts";
import { type NewerDebian, openObsInstallation } from "./obs_installation.ts";

/** What is released stays as it is; what is in the making may not be installable for some days. */
const RELEASED: readonly NewerDebian[] = ["trixie"];

/**
 * Builds that OBS if it is not there yet. Where it cannot be built from a Debian in the making, the
 * test has a skipped step that says why; that is no fault of ours, even in CI.
 * @throws if it cannot be built from a released Debian, or is built and does not start
 */
export async function newerObs(t: Deno.TestContext, debian: NewerDebian): Promise<boolean> {
  try {
    await openObsInstallation(debian);
    return true;
  } catch (error) {
    if (!(error instanceof NotFetchedError) || RELEASED.includes(debian)) throw error;
    await addSkippedStep(t, error);
    return false;
  }
}
