/** Whether a newer Debian's OBS is there for a test. */
import { type NewerDebian, openObsInstallation } from "./obs_installation.ts";

/** What is released stays as it is; what is in the making may not be installable for some days. */
const RELEASED: readonly NewerDebian[] = ["trixie"];

/**
 * Builds that OBS if it is not there yet. Where it cannot be built from a Debian in the making, the
 * test has a skipped step that says why; that is no fault of ours, even in CI.
 * @throws if it cannot be built from a released Debian
 */
export async function newerObs(t: Deno.TestContext, debian: NewerDebian): Promise<boolean> {
  try {
    await openObsInstallation(debian);
    return true;
  } catch (error) {
    if (RELEASED.includes(debian)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    await t.step({ name: `skipped: ${reason.slice(-500)}`, ignore: true, fn() {} });
    return false;
  }
}
