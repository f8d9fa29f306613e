import { rank } from "../../health/case.ts";
import { messageText, messageTitle } from "../message_text.ts";
import type { Template } from "./template.ts";

/** Most characters of a message (Pushover Message API, Limitations: 1024). */
const MOST_CHARS = 1000;

/**
 * Pushover: https://pushover.net/api. What stands behind the address (`token` and `user`, and
 * `device` or `sound` if wanted) goes into the body, a form. Priority 1 comes through the quiet
 * hours (Message Priority); 2 would ring until it is confirmed.
 */
export const pushover: Template = (message, url) => {
  const isWhole = ["token", "user"].every((name) => url.searchParams.get(name));
  if (!/\/1\/messages\.json\/?$/.test(url.pathname) || !isWhole) {
    return "notify.webhook_url is no address of Pushover's. Enter " +
      "https://api.pushover.net/1/messages.json?token=TOKEN&user=KEY with your application's " +
      "token and your user key. For another service set [notify] template.";
  }
  const target = new URL(url);
  target.search = "";
  const form = new URLSearchParams(url.searchParams);
  form.set("title", messageTitle(message));
  form.set("message", messageText(message, { most: MOST_CHARS }));
  const worst = message.alerts.find(({ firing }) => firing)?.alert.severity;
  form.set("priority", worst !== undefined && rank(worst) >= rank("critical") ? "1" : "0");
  return { url: target, contentType: "application/x-www-form-urlencoded", body: form.toString() };
};
