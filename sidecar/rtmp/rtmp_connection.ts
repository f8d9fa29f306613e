import { type Clock, systemClock } from "../time/clock.ts";
import { answered } from "./answered.ts";
import { type Command, readStatus } from "./command.ts";
import { dial, type DialTimes } from "./dial.ts";
import { shakeHands } from "./handshake.ts";
import { type Ingest, parseIngestUrl } from "./ingest_url.ts";
import { type Network, systemNetwork, type Transport } from "./network.ts";
import { RtmpError, serverWords } from "./rtmp_error.ts";
import { RtmpSession } from "./rtmp_session.ts";

/** How this client names itself: as the encoder programs that every ingest takes. */
const FLASH_VERSION = "FMLE/3.0 (compatible; FMSc/1.0)";

/**
 * Longest that one frame may wait for the connection: a slow link is no dead one, and TCP itself
 * may try for half a minute to get a lost packet through.
 */
const STALL_MS = 30_000;

/** How long each step took, in milliseconds. */
export interface ConnectionTimes extends DialTimes {
  /** C0 sent to S2 read. */
  handshakeMs: number;
  /** `connect` sent to its answer. */
  connectMs: number;
}

/** How to connect. */
export interface ConnectionOptions {
  /** Ends the connection, and what publishes over it, within 200 ms. */
  signal?: AbortSignal;
  /** Longest that each step may take; 5 s unless told otherwise. */
  stepMs?: number;
  /** Longest that the connection may take nothing of a stream; 30 s unless told otherwise. */
  stallMs?: number;
  /** Certificates in PEM that are trusted beside the system's. */
  caCerts?: string[];
  network?: Network;
  clock?: Clock;
}

/** A connection whose server has accepted the application. Disposing of it closes it. */
export interface RtmpConnection extends Disposable {
  readonly ingest: Ingest;
  /** Address that the host name led to. */
  readonly address: string;
  readonly times: ConnectionTimes;
  readonly session: RtmpSession;
  readonly clock: Clock;
  readonly stepMs: number;
  readonly stallMs: number;
}

/**
 * Connects to an ingest and names the application: as far as one can go without a stream key.
 * @throws RtmpError with what went wrong and what to do
 */
export async function openRtmpConnection(
  url: string,
  options: ConnectionOptions = {},
): Promise<RtmpConnection> {
  const { clock = systemClock, network = systemNetwork, stepMs = 5000, caCerts = [] } = options;
  const ingest = parseIngestUrl(url);
  const signal = options.signal ?? new AbortController().signal;
  const aborted = () => new RtmpError("aborted", "Stopped before the server had answered.");
  if (signal.aborted) throw aborted();
  let transport: Transport | null = null;
  let session: RtmpSession | null = null;
  const stop = () => {
    if (session === null) transport?.close();
    else void session.leave(new RtmpError("aborted", "Stopped."));
  };
  signal.addEventListener("abort", stop);
  try {
    const dialling = dial(ingest, { network, clock, signal, stepMs, caCerts });
    const dialled = await unlessAborted(dialling, signal).catch((cause) => {
      // A connection that comes after all is not wanted any more.
      dialling.then((late) => late.transport.close(), () => {});
      throw cause;
    });
    transport = dialled.transport;
    const begin = clock.monotonic();
    await answered(shakeHands(transport), { ms: stepMs, what: "the RTMP handshake" });
    const shaken = clock.monotonic();
    session = new RtmpSession(transport, { clock });
    const answer = await answered(session.call("connect", [connectObject(ingest)]), {
      ms: stepMs,
      what: `"connect"`,
    });
    checkConnected(answer, ingest);
    const times = {
      ...dialled.times,
      handshakeMs: shaken - begin,
      connectMs: clock.monotonic() - shaken,
    };
    const open = session;
    return {
      ingest,
      address: dialled.address,
      times,
      session,
      clock,
      stepMs,
      stallMs: options.stallMs ?? STALL_MS,
      [Symbol.dispose]: () => {
        signal.removeEventListener("abort", stop);
        open.close(new RtmpError("aborted", "The connection was closed by this program."));
      },
    };
  } catch (cause) {
    const error = signal.aborted ? aborted() : asRtmpError(cause);
    signal.removeEventListener("abort", stop);
    if (session !== null) session.close(error);
    else if (!signal.aborted) transport?.close();
    throw error;
  }
}

/** Waits for `operation`, or rejects as soon as the signal comes. */
async function unlessAborted<T>(operation: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop);
  try {
    return await Promise.race([operation, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function connectObject({ app, tcUrl }: Ingest) {
  return { app, type: "nonprivate", flashVer: FLASH_VERSION, swfUrl: tcUrl, tcUrl };
}

function checkConnected(answer: Command, { shownApp, secrets }: Ingest): void {
  const { description, code, failed } = readStatus(answer);
  if (!failed) return;
  const words = serverWords(description || code, secrets);
  const path = serverWords(shownApp, []);
  throw new RtmpError(
    "refused_connect",
    `The server refuses the application "${path}"${words === "" ? "" : `: ${words}`}. ` +
      "Check the part of the URL behind the host.",
  );
}

function asRtmpError(cause: unknown): RtmpError {
  if (cause instanceof RtmpError) return cause;
  return new RtmpError(
    "closed_without_reason",
    "The connection broke before the server had answered. " +
      "Check the URL's port, and whether it should begin with rtmps://.",
    { cause },
  );
}
