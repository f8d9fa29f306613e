import { DOCK_COMMAND_HINT } from "../../shared/dock_url.ts";
import type { LinkState } from "./link.ts";

/** A page without figures: what is missing and what to do, step by step. */
export interface NoticeView {
  title: string;
  text: string;
  steps: string[];
  /** Whether trying again at once may help. */
  canRetry: boolean;
}

const DOCK_STEPS = [
  `Open a terminal in the sidecar's folder and run: ${DOCK_COMMAND_HINT}`,
  "Copy the URL that it prints.",
  "In OBS open Docks > Custom Browser Docks, paste it as the dock's URL and click Apply.",
];

/** What to say while no snapshot has ever come. `hasToken`: whether the URL had a token. */
export function noticeView(link: LinkState, hasToken: boolean): NoticeView {
  if (!hasToken) {
    return {
      title: "This dock needs its own URL",
      text: "The address it was opened with has no access token.",
      steps: DOCK_STEPS,
      canRetry: false,
    };
  }
  switch (link.kind) {
    case "connecting":
    case "live":
      return { title: "Connecting", text: "Waiting for the sidecar.", steps: [], canRetry: false };
    case "down":
      return {
        title: "OBS Telemetry Bridge is not running",
        text: "This page comes back by itself as soon as it runs.",
        steps: ["Start it. Or open a terminal in its folder and run: deno task start"],
        canRetry: true,
      };
    case "stale":
      return {
        title: "The sidecar does not answer",
        text: "Something answers at its address, but no figures come. Its log says why.",
        steps: [],
        canRetry: true,
      };
    case "outdated":
      return {
        title: "Reload the dock",
        text: "The sidecar is of another version than this page.",
        steps: ["Reload the dock.", "If that does not help, start the sidecar again."],
        canRetry: false,
      };
    case "refused":
      return link.status === 401
        ? {
          title: "The access token has changed",
          text: "This dock's URL is an old one.",
          steps: DOCK_STEPS,
          canRetry: true,
        }
        : { title: "The sidecar refuses", text: link.detail, steps: [], canRetry: true };
  }
}
