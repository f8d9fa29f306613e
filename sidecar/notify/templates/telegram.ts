import { messageText, messageTitle } from "../message_text.ts";
import { JSON_TYPE, type Template } from "./template.ts";

/** Most characters of a message (Telegram Bot API, sendMessage, `text`: 4096). */
const MOST_CHARS = 3800;
/** Nothing to see, and it keeps a name apart from the sign before it. */
const WORD_JOINER = "\u2060";

/**
 * Telegram: https://core.telegram.org/bots/api#sendmessage. What stands behind the address
 * (`chat_id`, and `message_thread_id` for a topic of a group) goes into the body, which keeps the
 * chat out of logs on the way. No `parse_mode`: the text is shown as it is.
 */
export const telegram: Template = (message, url) => {
  if (!/\/bot[^/]+\/sendMessage\/?$/i.test(url.pathname) || !url.searchParams.has("chat_id")) {
    return "notify.webhook_url is no address of a Telegram bot. Enter " +
      "https://api.telegram.org/botTOKEN/sendMessage?chat_id=ID with the bot's token and the " +
      "chat's id. For another service set [notify] template.";
  }
  const target = new URL(url);
  target.search = "";
  const text = messageText(message, { most: MOST_CHARS, plain: withoutMentions });
  return {
    url: target,
    contentType: JSON_TYPE,
    body: JSON.stringify({
      ...Object.fromEntries(url.searchParams),
      text: `${withoutMentions(messageTitle(message))}\n${text}`,
      link_preview_options: { is_disabled: true },
    }),
  };
};

/** Text that mentions nobody: Telegram finds `@name` by itself in plain text, too. */
function withoutMentions(text: string): string {
  return text.replaceAll("@", `@${WORD_JOINER}`);
}
