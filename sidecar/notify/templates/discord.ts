import { messageText, messageTitle } from "../message_text.ts";
import { JSON_TYPE, type Template } from "./template.ts";

/** Most characters of a message's content (Discord's documents, Webhook resource, Execute Webhook). */
const MOST_CHARS = 2000;
/** SUPPRESS_EMBEDS, 1 << 2: links get no preview (Message resource, Message Flags). */
const SUPPRESS_EMBEDS = 1 << 2;
/** Left for the title and its marks. */
const TITLE_CHARS = 300;

/**
 * Discord: https://discord.com/developers/docs/resources/webhook#execute-webhook. A name with
 * `@everyone` in it pings nobody: `allowed_mentions` with an empty `parse` (Message resource,
 * Allowed Mentions Object). Marks are escaped, so that a name is shown as it is.
 */
export const discord: Template = (message, url) => {
  if (!/^\/api\/(?:v\d+\/)?webhooks\/[^/]+\/[^/]+\/?$/.test(url.pathname)) {
    return "notify.webhook_url is no webhook of Discord's. Copy it in Discord: Edit Channel > " +
      "Integrations > Webhooks > Copy Webhook URL. For another service set [notify] template.";
  }
  const text = messageText(message, { most: MOST_CHARS - TITLE_CHARS, plain: escapeMarks });
  return {
    url,
    contentType: JSON_TYPE,
    body: JSON.stringify({
      content: `**${escapeMarks(messageTitle(message))}**\n${text}`,
      allowed_mentions: { parse: [] },
      flags: SUPPRESS_EMBEDS,
    }),
  };
};

/** Text without Markdown's meaning (Discord's Markdown: a backslash before a mark shows it). */
function escapeMarks(text: string): string {
  return text.replace(/[\\*_~`|<>#[\]()@-]/g, "\\$&");
}
