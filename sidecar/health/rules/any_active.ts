import type { Output } from "../../../shared/telemetry.ts";

/**
 * Whether OBS renders for anyone. Only while nothing is active can its frame rate be changed, and
 * then the target is known too late to be compared with.
 */
export function isAnyActive({ outputs }: { outputs: Output[] | null }): boolean {
  return (outputs ?? []).some(({ active }) => active === true);
}
