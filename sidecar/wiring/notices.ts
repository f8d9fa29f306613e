import type { Severity } from "../../shared/severity.ts";
import type { ApiState } from "../api/server.ts";
import type { Finding } from "../health/rule.ts";
import { NOTICE } from "../notify/open_notify.ts";

/** Parts of the sidecar that tell of themselves; null while there is nothing to tell. */
export interface NoticeSources {
  api: Pick<ApiState, "problem" | "port">;
  logProblem: string | null;
  vaultProblem: string | null;
  /** What is wrong with the vault's password for an OBS that is connected without it. */
  passwordProblem: string | null;
  /** Why alerts are not sent. */
  notifyProblem: string | null;
  historyProblem: string | null;
  /** Why figures are not exported. */
  exportProblem: string | null;
  /** That there is a newer version. */
  updateNotice: string | null;
}

/** The sidecar's own trouble: worth knowing, and no fault of the stream's. */
export function sidecarNotices(sources: NoticeSources): Finding[] {
  const { api, logProblem, vaultProblem, passwordProblem } = sources;
  const { historyProblem, notifyProblem, exportProblem, updateNotice } = sources;
  return [
    ...notice("api", { problem: api.problem, metric: "api.port", value: api.port }),
    ...notice("log", { problem: logProblem, metric: "log", value: 0 }),
    // Everything that needs no secret goes on.
    ...notice("vault", { problem: vaultProblem, metric: "vault", value: 0 }),
    ...notice("history", { problem: historyProblem, metric: "history", value: 0 }),
    ...notice("obs_password", { problem: passwordProblem, metric: "vault", value: 0 }),
    ...notice("export", {
      ...{ problem: exportProblem, metric: "export", value: 0 },
      // Somebody relies on it to watch from elsewhere.
      severity: "warning",
    }),
    ...notice(NOTICE, { problem: notifyProblem, metric: "notify", value: 0 }),
    ...notice("update", { problem: updateNotice, metric: "updates", value: 0 }),
  ];
}

function notice(
  subject: string,
  { problem, metric, value, severity = "info" }: {
    problem: string | null;
    metric: string;
    value: number;
    severity?: Severity;
  },
): Finding[] {
  return problem === null ? [] : [{ subject, severity, message: problem, metric, value }];
}
