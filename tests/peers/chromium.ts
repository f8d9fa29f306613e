/** Debian's Chromium, driven by playwright-core. */
import { type Browser, chromium } from "playwright-core";

/** Switches for a browser that stays on this machine and needs no display. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Starts a Chromium without a window; it ends when it is closed. */
export async function launchChromium(): Promise<Browser> {
  return await chromium.launch({ executablePath: "/usr/bin/chromium", args: ARGUMENTS });
}
