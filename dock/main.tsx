/// <reference lib="dom" />
import { render } from "preact";
import { createFollower } from "./client.ts";
import { App } from "./components/App.tsx";
import { createLink, type Link } from "./models/link.ts";
import { takeToken } from "./token.ts";

function openLink(token: string): Link {
  return createLink({
    follow: createFollower({ token, fetch: (url, init) => fetch(url, init) }),
    timers: {
      setTimeout: (fn, ms) => globalThis.setTimeout(fn, ms),
      clearTimeout: (timer) => globalThis.clearTimeout(timer as number),
    },
    now: Date.now,
    random: Math.random,
  });
}

function start(root: HTMLElement): void {
  const token = takeToken(globalThis);
  render(<App link={token === null ? null : openLink(token)} />, root);
  // A new URL that differs in its token alone does not load the page again by itself.
  globalThis.addEventListener("hashchange", () => globalThis.location.reload());
}

const root = document.getElementById("dock");
if (root !== null) start(root);
