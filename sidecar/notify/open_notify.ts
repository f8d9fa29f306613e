import type { TestResult } from "../../shared/api.ts";
import type { Config } from "../../shared/config.ts";
import { cannotRun, CannotRunError } from "../cannot_run_error.ts";
import { rank } from "../health/case.ts";
import type { Log } from "../log/log.ts";
import type { Redactor } from "../log/redactor.ts";
import type { Clock } from "../time/clock.ts";
import type { LazyVault } from "../vault/lazy_vault.ts";
import type { AlertChange } from "./alert_book.ts";
import type { Notifier } from "./notifier.ts";

/** What tells the user of alerts, at the address in the vault. */
export interface Notify {
  /** Takes what an alert does. */
  take(event: AlertChange): void;
  /** Sends a test message now, whether or not alerts are sent. */
  test(): Promise<TestResult>;
  /** Other settings are in force. */
  settingsChanged(): void;
  /** Why messages do not arrive and what to do; null as far as they do. */
  problem(): string | null;
  /** Sends nothing more. */
  close(): Promise<void>;
}

/** What it needs. */
export interface NotifyOptions {
  config(): Config;
  /** The machine's name, for who has given no other. */
  hostName: string;
  vault: Pick<LazyVault, "find" | "watch">;
  redactor: Pick<Redactor, "add">;
  fetch?: (url: URL, init: RequestInit) => Promise<Response>;
  clock: Clock;
  log: Log;
}

/** The notice that messages do not arrive: no message tells of it. */
export const NOTICE = "notify";
const OWN_ALERT = `sidecar:${NOTICE}`;

/** Nothing is loaded before there is an alert to send: most users have no webhook. */
export function openNotify(options: NotifyOptions): Notify {
  const { config, hostName, vault, redactor, clock, log } = options;
  const settings = () => config().notify;
  let known = JSON.stringify(settings());
  let loading: Promise<Notifier> | null = null;
  let notifier: Notifier | null = null;
  let problem: string | null = null;

  async function load(): Promise<Notifier> {
    const [{ Notifier }, { sendMessage, WEBHOOK_URL }] = await Promise.all([
      import("./notifier.ts"),
      import("./send_message.ts"),
    ]);
    const made = new Notifier({
      settings,
      streamer: () => config().engine.streamer_name ?? hostName,
      send: (message, signal) =>
        sendMessage(message, {
          ...{ vault, redactor, signal },
          // Its first use costs memory.
          fetch: options.fetch ?? fetch,
          template: settings().template,
          now: () => clock.now(),
        }),
      clock,
      log,
    });
    vault.watch((ids) => {
      if (ids.includes(WEBHOOK_URL)) made.resume();
    });
    return made;
  }

  async function find(): Promise<Notifier> {
    loading ??= load();
    try {
      notifier = await loading;
      problem = null;
      return notifier;
    } catch (cause) {
      loading = null;
      // A new build took the place of the files that this sidecar would load.
      throw cannotRun("Cannot load what sends alerts", { cause, remedy: "Restart the sidecar." });
    }
  }

  return {
    take(event) {
      const { enabled, minimum_severity: least } = settings();
      const isNew = event.state === "firing" && rank(event.alert.severity) >= rank(least);
      if (!enabled || event.alert.id === OWN_ALERT || loading === null && !isNew) return;
      find().then((found) => found.take(event)).catch((error: Error) => {
        if (problem !== error.message) log.error(error.message, error.cause);
        problem = error.message;
      });
    },
    async test() {
      try {
        return await (await find()).test();
      } catch (error) {
        if (error instanceof CannotRunError) return { ok: false, message: error.message };
        throw error;
      }
    },
    settingsChanged() {
      const now = JSON.stringify(settings());
      if (now === known) return;
      known = now;
      notifier?.resume();
    },
    problem: () => problem ?? notifier?.problem ?? null,
    async close() {
      await (await loading?.catch(() => null))?.close();
    },
  };
}
