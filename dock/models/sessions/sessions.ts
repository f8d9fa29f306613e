import { effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals";
import type { Api } from "../../api.ts";
import type { Link, Timers } from "../link.ts";
import type { Live } from "../live.ts";
import { AlertPage } from "./alert_page.ts";
import { SessionList } from "./session_list.ts";
import { concerns, type Giver, SessionPage } from "./session_page.ts";
import { spanOf } from "./session_view.ts";
import { momentIn } from "./time_of_day.ts";

/** How often a session that goes on is read again while it is looked at, in milliseconds. */
const REFRESH_MS = 30_000;

/** What the Sessions page needs. */
export interface SessionsOptions {
  api: Api;
  link: Pick<Link, "session" | "config" | "onAlert">;
  /** What charts have in common with those of the live page. */
  live: Pick<Live, "limits" | "folds">;
  give: Giver;
  timers: Timers;
  /** Unix milliseconds. */
  now: () => number;
}

/** Past evenings, the one that goes on, and alerts. */
export interface Sessions {
  /** What is listed. */
  listed: Signal<"evenings" | "alerts">;
  list: SessionList;
  page: SessionPage;
  alerts: AlertPage;
  live: SessionsOptions["live"];
  now: () => number;
  /** Why the moment that was asked for was not found; null else. */
  missing: ReadonlySignal<string | null>;
  /** Shows the newest evening that was live at a time of day, there. */
  ask(text: string): Promise<void>;
  /** Deletes the session that is looked at. */
  remove(): Promise<void>;
  /** Reads everything that is shown, now and whenever it changes; returns what ends that. */
  open(): () => void;
}

/** Makes the model of the Sessions page. */
export function createSessions(
  { api, link, live, give, timers, now }: SessionsOptions,
): Sessions {
  const list = new SessionList(api);
  const page = new SessionPage({ api, give, now });
  const listed: Sessions["listed"] = signal("evenings");
  const missing: Signal<string | null> = signal(null);
  const alerts = new AlertPage({
    api,
    now,
    sessionsAt: (atMs) =>
      list.evenings.peek()
        .filter((evening) => {
          const { from, to } = spanOf(evening, now());
          return from <= atMs && atMs <= to;
        })
        .flatMap(({ outputs }) => outputs),
  });

  function readAll(): void {
    list.read();
    alerts.read();
    page.read();
  }

  return {
    listed,
    list,
    page,
    alerts,
    live,
    now,
    missing,
    async ask(text) {
      for (const evening of list.evenings.peek()) {
        const atMs = momentIn(text, spanOf(evening, now()));
        if (atMs === null) continue;
        missing.value = null;
        return await page.show(evening.id, atMs);
      }
      missing.value = "None of these evenings was live then. Write a time of day such as 21:14.";
    },
    async remove() {
      const id = page.id.peek();
      if (id === null || !await page.remove()) return;
      list.drop(id);
      await list.read();
    },
    open() {
      let timer: unknown;
      const wait = (): void => {
        timer = timers.setTimeout(() => {
          if (page.detail.peek()?.session.end_time === null) page.read();
          wait();
        }, REFRESH_MS);
      };
      wait();
      let isFirst = true;
      const ends = [
        // The first event of every stream, and so of every sidecar, tells of its settings.
        effect(() => {
          if (link.config.value !== null) untracked(readAll);
        }),
        effect(() => {
          const changed = link.session.value?.session;
          if (changed === undefined || isFirst) return;
          untracked(() => {
            list.read();
            const detail = page.detail.peek();
            if (detail !== null && concerns(changed, detail)) page.read();
          });
        }),
        link.onAlert(() => void alerts.read()),
        () => timers.clearTimeout(timer),
      ];
      isFirst = false;
      return () => ends.forEach((end) => end());
    },
  };
}
