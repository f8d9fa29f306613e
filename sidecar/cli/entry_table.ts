/** The vault's secrets as `deno task vault list` shows them: everything but the values. */
import { needsHost } from "../vault/entry_host.ts";
import type { VaultEntry } from "../vault/vault.ts";

/** The entries as lines of a table with a heading, times in UTC. */
export function entryTable(entries: readonly VaultEntry[]): string[] {
  const rows = [
    ["ID", "HOST", "CREATED", "LAST USED"],
    ...entries.map(({ id, host, created_at, last_used }) => [
      id,
      host ?? (needsHost(id) ? "none yet" : "-"),
      timeOf(created_at),
      last_used === null ? "never" : timeOf(last_used),
    ]),
  ];
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ").trimEnd());
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
}

/**
 * Why a secret is not used, and what to do; null if nothing keeps it from being used.
 * @param options.host the host that it was entered for
 * @param options.settingsHost the host that the settings name; null if none
 */
export function hostRemark(
  { id, host, settingsHost }: { id: string; host: string | null; settingsHost: string | null },
): string | null {
  if (!needsHost(id)) return null;
  if (host === null) {
    const command = `deno task vault confirm ${id}${settingsHost === null ? " --host HOST" : ""}`;
    const where = settingsHost === null ? "once you know where it goes" : `for ${settingsHost}`;
    return `${id} is not used: it is for no host yet. Run "${command}" ${where}.`;
  }
  if (settingsHost === null || settingsHost === host) return null;
  return `${id} is not used: it was entered for ${host}, and the settings now name ` +
    `${settingsHost}. If it may be sent there, run "deno task vault confirm ${id}".`;
}
