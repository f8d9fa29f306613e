/// <reference lib="dom" />
import { render } from "preact";
import { createFollower } from "./client.ts";
import { App, type Sources } from "./components/App.tsx";
import { createHistoryLoader, createLimitsLoader } from "./live_client.ts";
import { createLink } from "./models/link.ts";
import { createLive } from "./models/live.ts";
import { takeToken } from "./token.ts";

function openSources(token: string): Sources {
  const ask = { token, fetch: (url: string, init: RequestInit) => fetch(url, init) };
  const link = createLink({
    follow: createFollower(ask),
    timers: {
      setTimeout: (fn, ms) => globalThis.setTimeout(fn, ms),
      clearTimeout: (timer) => globalThis.clearTimeout(timer as number),
    },
    now: Date.now,
    random: Math.random,
  });
  const live = createLive({
    link,
    loadHistory: createHistoryLoader({ ...ask, now: Date.now }),
    loadLimits: createLimitsLoader(ask),
    storage: () => localStorage,
  });
  return { link, live };
}

function start(root: HTMLElement): void {
  const token = takeToken(globalThis);
  render(<App sources={token === null ? null : openSources(token)} />, root);
  // A new URL that differs in its token alone does not load the page again by itself.
  globalThis.addEventListener("hashchange", () => globalThis.location.reload());
}

const root = document.getElementById("dock");
if (root !== null) start(root);
