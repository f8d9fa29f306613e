/// <reference lib="dom" />
import { computed, untracked } from "@preact/signals";
import { render } from "preact";
import { createApi } from "./api.ts";
import { createFollower } from "./client.ts";
import { App, type Dock } from "./components/App.tsx";
import { browserGiver } from "./give_file.ts";
import { soundAlerts } from "./models/alert_sound.ts";
import { createLink, type Timers } from "./models/link.ts";
import { createLive } from "./models/live.ts";
import { createPages } from "./models/pages.ts";
import { createPreflight } from "./models/preflight/preflight.ts";
import { createSessions } from "./models/sessions/sessions.ts";
import { createSettings } from "./models/settings/settings.ts";
import { reloadWhenOutdated } from "./reload.ts";
import { createSound } from "./sound.ts";
import { followTheme } from "./theme.ts";
import { takeToken } from "./token.ts";

const timers: Timers = {
  setTimeout: (fn, ms) => globalThis.setTimeout(fn, ms),
  clearTimeout: (timer) => globalThis.clearTimeout(timer as number),
};

function createDock(token: string): Dock {
  const fetch = (url: string, init: RequestInit): Promise<Response> => globalThis.fetch(url, init);
  const api = createApi({ token, fetch, timers });
  const link = createLink({
    follow: createFollower({ token, fetch }),
    timers,
    now: Date.now,
    random: Math.random,
  });
  const live = createLive({ link, api, now: Date.now, storage: () => localStorage });
  const settings = createSettings({ api, link, timers, now: Date.now });
  const preflight = createPreflight({ api, link });
  const sessions = createSessions({
    api,
    link,
    live,
    give: browserGiver,
    timers,
    now: Date.now,
  });
  const pages = createPages({
    storage: () => sessionStorage,
    mayLose: () => untracked(() => mayLose({ settings, sessions })),
  });
  const sound = createSound(live.sound);
  soundAlerts({ link, level: live.sound, play: sound.play, now: Date.now });
  return { link, live, pages, settings, preflight, sessions, sound };
}

/** Whether something that the user wrote is not saved yet. */
function mayLose({ settings, sessions }: Pick<Dock, "settings" | "sessions">): boolean {
  return settings.isDirty.value || sessions.page.notes.isDirty.value;
}

function start(root: HTMLElement): void {
  const token = takeToken(globalThis);
  const dock = token === null ? null : createDock(token);
  if (dock !== null) {
    followTheme(dock.link, globalThis);
    const { link: { state } } = dock;
    reloadWhenOutdated({ state, mayLose: computed(() => mayLose(dock)) }, globalThis);
  }
  render(<App dock={dock} />, root);
  globalThis.addEventListener("beforeunload", (event) => {
    if (dock === null || !untracked(() => mayLose(dock))) return;
    event.preventDefault();
    // The browser in OBS 28 to 30 asks for this alone.
    event.returnValue = "unsaved";
  });
  // A new URL that differs in its token alone does not load the page again by itself.
  globalThis.addEventListener("hashchange", () => {
    if (globalThis.location.hash.includes("token=")) globalThis.location.reload();
  });
}

const root = document.getElementById("dock");
if (root !== null) start(root);
