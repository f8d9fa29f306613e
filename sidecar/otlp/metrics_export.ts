/** The export of figures: loaded when it is set up, begun anew when address or token change. */
import type { ExportState } from "../../shared/export_state.ts";
import { readRows } from "../history/row_reader.ts";
import type { Redactor } from "../log/redactor.ts";
import { withDeadline } from "../time/deadline.ts";
import type { LazyVault } from "../vault/lazy_vault.ts";
import type { Drain, DrainOptions } from "./drain.ts";
import { type ExportCursor, lastRowId, readCursor } from "./export_cursor.ts";
import { ADDRESS, HEADERS, pushTarget, TOKEN } from "./push_target.ts";

/** What the export needs. */
export interface MetricsExportOptions extends DrainOptions {
  vault: Pick<LazyVault, "find" | "watch">;
  redactor: Pick<Redactor, "add">;
  /** Calls `run` in so many milliseconds, and not when what it returns was called before. */
  later?(ms: number, run: () => void): () => void;
}

/** Exports figures while it is set up. */
export interface MetricsExport {
  /** How it fares. */
  state(): ExportState;
  /** What the user should know; null if there is nothing. */
  readonly problem: string | null;
  /** Call it when its settings changed, and when figures may be taken again. */
  refresh(): void;
  stop(): Promise<void>;
}

/** How long the vault may take to answer. */
const VAULT_DEADLINE_MS = 10_000;
/** How long the end of the sidecar waits for it; longer than for a backend's last answer. */
const LAST_WAIT_MS = 1500;
/** Between two tries while address or token cannot be used: a keyring may be unlocked any time. */
const AGAIN_MS = 30_000;
/** Failures that last less than this are not worth a word. */
const TOLD_AFTER_MS = 3 * 60_000;

/** Begins to export as soon as an address is in the vault. */
export function startMetricsExport(options: MetricsExportOptions): MetricsExport {
  const { database, clock, vault, redactor, settings, log, later = afterTimeout } = options;
  let drain: Drain | null = null;
  let host: string | null = null;
  /** Why address or token cannot be used. */
  let trouble: string | null = null;
  let forgetAgain = () => {};
  let isStopped = false;
  let protocol = settings().protocol;

  async function begin(): Promise<void> {
    await end();
    if (isStopped || !settings().enabled) return meet(null);
    const target = await pushTarget({ vault, redactor, deadlineMs: VAULT_DEADLINE_MS });
    if (target === null || typeof target === "string") return meet(target);
    const loaded = await import("./drain.ts");
    meet(null);
    if (isStopped) return;
    host = target.place.host;
    drain = new loaded.Drain(target, options);
  }

  /** Takes note of trouble, or of none; what there is goes away by itself at times. */
  function meet(next: string | null): void {
    forgetAgain();
    trouble = next;
    forgetAgain = next === null || isStopped ? () => {} : later(AGAIN_MS, again);
  }

  async function end(): Promise<void> {
    const before = drain;
    drain = null;
    host = null;
    await before?.stop();
  }

  let changed = Promise.resolve();
  function again(): void {
    changed = changed.then(begin).catch((error) => {
      const text = "The export of figures cannot be loaded. Restart the sidecar.";
      if (trouble !== text) log.error(text, error);
      meet(text);
    });
  }
  again();
  let isOn = settings().enabled;
  vault.watch((ids) => {
    if ([ADDRESS, TOKEN, HEADERS].some((id) => ids.includes(id))) again();
  });

  return {
    state() {
      const known = { host, ...countsOf(readCursor(database)) };
      const last_error = trouble ?? drain?.state.last_error ?? null;
      if (drain === null) {
        const state = trouble === null ? "off" : "paused";
        return { ...known, state, backlog_rows: 0, oldest_waiting: null, last_error };
      }
      return { ...known, state: drain.state.state, ...backlogOf(options), last_error };
    },
    get problem() {
      if (trouble !== null) return `No figures are exported. ${trouble}`;
      const { state, last_error, failingSinceMs } = drain?.state ?? {};
      if (last_error === undefined || last_error === null) return null;
      if (failingSinceMs === undefined || failingSinceMs === null) return null;
      const isLong = clock.monotonic() - failingSinceMs >= TOLD_AFTER_MS;
      if (state !== "paused" && !isLong) return null;
      return `The export of figures stands still; they wait in the history. ${last_error}`;
    },
    refresh() {
      const now = settings();
      const isOther = now.enabled !== isOn || now.protocol !== protocol;
      [isOn, protocol] = [now.enabled, now.protocol];
      if (isOther || trouble !== null) again();
      else drain?.wake();
    },
    async stop() {
      isStopped = true;
      meet(null);
      // A keyring that waits for its user does not hold up the end: nothing begins any more.
      await withDeadline(changed, { ms: LAST_WAIT_MS, what: "the vault" }).catch(() => {});
      await end();
    },
  };
}

function afterTimeout(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

function countsOf(
  cursor: ExportCursor | null,
): Pick<ExportState, "last_accepted" | "accepted" | "refused" | "too_old" | "expired_rows"> {
  return {
    last_accepted: cursor?.acceptedAtMs ?? null,
    accepted: cursor?.accepted ?? 0,
    refused: cursor?.refused ?? 0,
    too_old: cursor?.tooOld ?? 0,
    expired_rows: cursor?.expired ?? 0,
  };
}

/** Rows that wait; the few between two moments that are not sent by themselves count as well. */
function backlogOf(
  { database }: Pick<MetricsExportOptions, "database">,
): Pick<ExportState, "backlog_rows" | "oldest_waiting"> {
  const afterId = readCursor(database)?.position.rowId;
  if (afterId === undefined) return { backlog_rows: 0, oldest_waiting: null };
  const [oldest] = readRows(database, { afterId, limit: 1 });
  return {
    backlog_rows: Math.max(0, lastRowId(database) - Math.max(afterId, (oldest?.id ?? 0) - 1)),
    oldest_waiting: oldest?.written_at_ms ?? null,
  };
}
