import { rank } from "../../health/case.ts";
import type { Message } from "../message.ts";
import { messageText, messageTitle } from "../message_text.ts";
import { JSON_TYPE, type Template } from "./template.ts";

/** Bytes of a message, beyond which ntfy makes it a file (ntfy's documents, Limitations: 4,096). */
const MOST_BYTES = 4000;

/**
 * ntfy, JSON published to the server's root: https://docs.ntfy.sh/publish/#publish-as-json. In
 * headers a title could hold no letter outside Latin-1. An access token stands behind the address
 * as `?auth=…` (ntfy's documents, Authentication, Query param), and stays there. Priorities: 3 is
 * the default, 4 high, 5 the highest (Message priority).
 */
export const ntfy: Template = (message, url) => {
  const topic = /^\/([-_A-Za-z0-9]{1,64})\/?$/.exec(url.pathname)?.[1];
  if (topic === undefined) {
    return "notify.webhook_url names no topic of ntfy's. Enter the server and the topic, as in " +
      "https://ntfy.sh/my-long-secret-topic. For another service set [notify] template.";
  }
  const root = new URL(url);
  root.pathname = "/";
  const encoder = new TextEncoder();
  return {
    url: root,
    contentType: JSON_TYPE,
    body: JSON.stringify({
      topic,
      title: messageTitle(message),
      message: messageText(message, {
        most: MOST_BYTES,
        measure: (text) => encoder.encode(text).length,
      }),
      priority: priorityOf(message),
    }),
  };
};

function priorityOf({ alerts }: Message): number {
  const worst = alerts.find(({ firing }) => firing)?.alert.severity;
  if (worst === undefined) return 3;
  return rank(worst) >= rank("critical") ? 5 : rank(worst) >= rank("error") ? 4 : 3;
}
