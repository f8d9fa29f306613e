/** What is left for recordings. */
import type { Output } from "../../../shared/telemetry.ts";
import { below, plain, type Rule } from "../rule.ts";

/** The disk that OBS records to fills. */
export const diskSpace: Rule = {
  id: "disk_space",
  pace: "steady",
  find: ({ system, obs }, { diskFreeGb, recordMinutesLeft }) => {
    const { disk_free_gb: value, record_minutes_left: minutes } = system;
    const severities = [below(value, diskFreeGb), below(minutes, recordMinutesLeft)];
    if (value === null || severities.every((severity) => severity === null)) return [];
    const isBad = severities.includes("error") && isWriting(obs);
    const left = minutes === null ? "" : `, enough for ${plain(minutes)} min`;
    return [{
      severity: isBad ? "error" : "warning",
      metric: "system.disk_free_gb",
      value,
      message: `Disk: ${plain(value)} GB left where OBS records${left}. Free some space, or ` +
        "record to another disk.",
    }];
  },
};

/** Whether OBS fills the disk, or may at any moment. */
function isWriting({ outputs }: { outputs: Output[] | null }): boolean {
  return (outputs ?? []).some(({ active, kind }) =>
    active === true && (kind === "record" || kind === "replay")
  );
}
