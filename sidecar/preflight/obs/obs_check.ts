import type { Finding } from "../../../shared/preflight.ts";
import { cleanText } from "../../../shared/text.ts";
import { DeadlineError } from "../../time/deadline.ts";
import { type Check, type CheckContext, fail, skipped } from "../check.ts";
import type { ObsAccess } from "./obs_access.ts";

/** Milliseconds for a check that asks OBS a question or two: each has 1.8 s at most. */
const DEADLINE_MS = 6_000;

/** Longest message of an error that is shown. */
const MAX_MESSAGE_LENGTH = 300;

/** What makes one check of OBS. */
export interface ObsLook {
  /** Without the group: `audio` becomes `obs.audio`. */
  id: string;
  name: string;
  platform?: string;
  deadlineMs?: number;
  look(obs: ObsAccess, context: CheckContext): Promise<Finding[]>;
}

/** Gives the connection to OBS. @throws Error that says why there is none and what to do. */
export type ConnectObs = () => Promise<ObsAccess>;

/** A check that is skipped without OBS, and that ends in a finding whatever OBS answers. */
export function obsCheck(
  { id, name, platform, deadlineMs = DEADLINE_MS, look }: ObsLook,
  connect: ConnectObs,
): Check {
  return {
    id: `obs.${id}`,
    name,
    group: "obs",
    platform: platform ?? null,
    deadlineMs,
    async run(context) {
      const obs = await connect().catch(() => null);
      if (obs === null) return [skipped("OBS is not reachable, so this was not looked at.")];
      try {
        return await look(obs, context);
      } catch (error) {
        return [obsFailure(error)];
      }
    },
  };
}

/** What an error of a call to OBS means. */
export function obsFailure(error: unknown): Finding {
  if (error instanceof DeadlineError) {
    return fail("OBS has stopped answering.", { remedy: "If OBS hangs, restart it." });
  }
  const message = cleanText(
    error instanceof Error ? error.message : String(error),
    MAX_MESSAGE_LENGTH,
  );
  return fail(`This could not be looked at: ${message}`, {
    remedy: "Run the checks again. If it stays so, restart OBS.",
  });
}
