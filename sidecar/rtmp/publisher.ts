import { DeadlineError, withDeadline } from "../time/deadline.ts";
import { answered } from "./answered.ts";
import { type Command, readStatus } from "./command.ts";
import { checkStreamKey } from "./ingest_url.ts";
import type { RtmpMessage } from "./message.ts";
import { publishRefusal } from "./publish_refusal.ts";
import type { RtmpConnection } from "./rtmp_connection.ts";
import { RtmpError } from "./rtmp_error.ts";

/**
 * How long a server must take media before the key counts as accepted. A bad key rarely gets a
 * reason: servers say that the stream has begun and close some milliseconds or seconds later.
 */
export const ACCEPTED_AFTER_MS = 5000;

/** A stream that the server has begun to take. */
export interface Publisher {
  /** Message stream for the media. */
  readonly stream: number;
  /** One round trip: the shorter of TCP's connecting and `createStream` to its answer. */
  readonly roundTripMs: number;
  /** `publish` sent to `NetStream.Publish.Start`. */
  readonly startMs: number;
  /**
   * Sends media; give the next once this has settled.
   * @throws RtmpError why the server ended the stream; `silent` if the connection is stuck
   */
  sendMedia(messages: readonly RtmpMessage[]): Promise<void>;
  /** Ends the stream. The connection stays open. Nothing happens the second time. */
  stop(): void;
  /**
   * Ends the stream and waits until the server has taken everything sent before: it answers a
   * `createStream` that stands behind it all.
   * @throws RtmpError `silent` after `withinMs`, or why the connection is over
   */
  drain(withinMs: number): Promise<void>;
}

/**
 * Begins to publish under `key`. `signal` of the connection ends the stream too.
 * @throws RtmpError without the key in any text
 */
export async function startPublishing(
  connection: RtmpConnection,
  key: string,
): Promise<Publisher> {
  checkStreamKey(key);
  const { session, clock, stepMs, stallMs, ingest, times } = connection;
  const secrets = [key, ...ingest.secrets];
  let begunMs = Number.POSITIVE_INFINITY;
  const refused = (error: unknown) =>
    publishRefusal(error, secrets, { accepted: clock.monotonic() - begunMs >= ACCEPTED_AFTER_MS });
  // These two may get no answer.
  session.tell("releaseStream", [null, key]);
  session.tell("FCPublish", [null, key]);
  const asked = clock.monotonic();
  const created = await answered(session.call("createStream", [null]), {
    ms: stepMs,
    what: `"createStream"`,
  }).catch((error) => {
    throw refused(error);
  });
  // The answer may have stood behind a slow look at the key; TCP's connecting never does.
  const roundTripMs = Math.min(times.tcpMs, clock.monotonic() - asked);
  const stream = streamNumber(created);

  let stopped = false;
  function stop(): void {
    if (stopped) return;
    stopped = true;
    session.tell("FCUnpublish", [null, key]);
    session.tell("deleteStream", [null, stream]);
  }
  session.farewell = stop;

  const publishedMs = clock.monotonic();
  let transaction = 0;
  let running = false;
  const started = session.waitFor((command) => {
    const { code, failed } = readStatus(command);
    // `onFCPublish` has the same code in some servers, and comes before the key is known.
    running = command.name === "onStatus" && code === "NetStream.Publish.Start";
    // Complaints of `releaseStream` and `FCPublish` do not matter.
    return running ||
      failed && (command.name === "onStatus" || command.transaction === transaction);
  });
  // Whatever the server complains of later ends the stream, with its words as the reason.
  session.waitFor((command) => running && !stopped && ended(command))
    .then((command) => session.close(refused(command)), () => {});
  transaction = session.tell("publish", [null, key, "live"], { stream });
  const status = await answered(started, { ms: stepMs, what: `"publish"` }).catch((error) => {
    throw refused(error);
  });
  if (readStatus(status).failed) throw refused(status);
  begunMs = clock.monotonic();
  const startMs = begunMs - publishedMs;

  return {
    stream,
    roundTripMs,
    startMs,
    sendMedia: async (messages) => {
      try {
        await withDeadline(session.sendMedia(messages), { ms: stallMs, what: "the connection" });
      } catch (error) {
        throw error instanceof DeadlineError ? stalled(stallMs, error) : refused(error);
      }
    },
    stop,
    drain: async (withinMs) => {
      stop();
      const marker = session.call("createStream", [null]);
      await answered(marker, { ms: withinMs, what: "what comes after the stream" });
    },
  };
}

function ended(command: Command): boolean {
  if (command.name !== "onStatus") return false;
  const { code, failed } = readStatus(command);
  return failed || code === "NetStream.Unpublish.Success";
}

function stalled(ms: number, cause: unknown): RtmpError {
  return new RtmpError(
    "silent",
    `The connection takes nothing more, for ${ms / 1000} s now. Check the internet connection; ` +
      "if it is sound, try another ingest of the platform.",
    { cause },
  );
}

function streamNumber(created: Command): number {
  const number = created.values.find((value) => typeof value === "number");
  if (
    created.name === "_result" && typeof number === "number" && number >= 1 && number < 2 ** 32
  ) return number;
  throw new RtmpError(
    "garbage",
    'The server answers "createStream" without a stream. Try another ingest of the platform.',
  );
}
