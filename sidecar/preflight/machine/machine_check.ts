import type { Finding } from "../../../shared/preflight.ts";
import { cleanText } from "../../../shared/text.ts";
import type { Figures } from "../../snapshot/assemble.ts";
import { type Check, type CheckContext, skipped } from "../check.ts";

/** Milliseconds for a check that reads a few figures of the machine. */
const DEADLINE_MS = 6_000;

/** Gives the machine's figures as they are now. @throws if they cannot be read. */
export type MeasureFigures = (signal: AbortSignal) => Promise<Figures>;

/** A check of the machine; what cannot be read is skipped with the reason. */
export function machineCheck(
  { id, name, look }: {
    /** Without the group: `load` becomes `machine.load`. */
    id: string;
    name: string;
    look(context: CheckContext): Promise<Finding[]>;
  },
): Check {
  return {
    id: `machine.${id}`,
    name,
    group: "machine",
    platform: null,
    deadlineMs: DEADLINE_MS,
    lateStatus: "skipped",
    async run(context) {
      try {
        return await look(context);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return [skipped(`This could not be read: ${cleanText(message, 300)}`)];
      }
    },
  };
}

/** How the machine is called: OBS may run on another. */
export function thisPc({ obs }: Pick<Figures, "obs">): string {
  return obs.local === false ? "this PC (OBS runs on another)" : "this PC";
}
