import { type Command, readStatus } from "./command.ts";
import { RtmpError, serverWords } from "./rtmp_error.ts";

const KEY_ADVICE =
  "Most often the stream key is wrong or has been changed: copy it again from the platform.";

/**
 * Why a server does not take a stream, from what it said or from how the connection ended. The
 * secrets, of which the key is one, are in no text. `accepted`: the server took media long enough to know the key.
 */
export function publishRefusal(
  reason: unknown,
  secrets: readonly string[],
  { accepted = false } = {},
): RtmpError {
  if (isCommand(reason)) return fromStatus(reason, secrets);
  if (!(reason instanceof RtmpError)) {
    return new RtmpError(
      "closed_without_reason",
      "The connection broke while publishing. Check the internet connection.",
      { cause: reason },
    );
  }
  if (reason.code !== "closed_without_reason") return reason;
  return new RtmpError(
    "closed_without_reason",
    accepted
      ? "The connection broke in the middle of the stream. Check the internet connection, and try " +
        "another ingest of the platform."
      : `The server closed the connection without a reason. ${KEY_ADVICE}`,
    { cause: reason },
  );
}

function fromStatus(command: Command, secrets: readonly string[]): RtmpError {
  const { code, description } = readStatus(command);
  const words = serverWords(description || code, secrets);
  const said = words === "" ? "" : `: ${words}`;
  if (/already|duplicate|in use|busy|exists/i.test(description)) {
    return new RtmpError(
      "key_in_use",
      `Somebody publishes with this stream key already${said}. ` +
        "Stop the other stream, or wait a minute if it has just ended.",
    );
  }
  if (code.startsWith("NetStream.Publish.") || command.name === "_error") {
    return new RtmpError("refused_key", `The server refuses the stream${said}. ${KEY_ADVICE}`);
  }
  return new RtmpError(
    "ended_by_server",
    `The server ended the stream${said}. Look at the platform's dashboard for the reason.`,
  );
}

function isCommand(reason: unknown): reason is Command {
  return typeof reason === "object" && reason !== null && "transaction" in reason;
}
