import type { Output } from "../../../shared/telemetry.ts";

/** Seconds after a start in which rates say nothing yet. */
const SETTLING_S = 10;

/** The outputs that have been active for long enough to be judged. */
export function settled({ outputs }: { outputs: Output[] | null }): Output[] {
  return (outputs ?? []).filter(({ active, uptime_s }) =>
    active === true && (uptime_s ?? 0) >= SETTLING_S
  );
}
