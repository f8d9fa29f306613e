import type { Clock } from "../time/clock.ts";
import { DeadlineError, withDeadline } from "../time/deadline.ts";
import type { Ingest } from "./ingest_url.ts";
import type { Network, Transport } from "./network.ts";
import { RtmpError } from "./rtmp_error.ts";
import { tlsReason } from "./tls_reason.ts";

/** How long each step to a connection took, in milliseconds. */
export interface DialTimes {
  /** 0 for an address. */
  dnsMs: number;
  tcpMs: number;
  /** Null without TLS. */
  tlsMs: number | null;
}

/** What dialling needs. */
export interface DialOptions {
  network: Network;
  clock: Clock;
  signal: AbortSignal;
  /** Longest that each step may take. */
  stepMs: number;
  /** Certificates in PEM that are trusted beside the system's. */
  caCerts: string[];
}

/** How long an address may take before the next one is tried beside it (RFC 8305: 250 ms). */
const HEAD_START_MS = 250;

/** Addresses of a name that are tried. */
const MAX_ADDRESSES = 6;

const ADDRESS = /^[\d.]+$|:/;

/**
 * Makes a TCP or TLS connection to an ingest.
 * @throws RtmpError `dns`, `unreachable`, `tls`, `silent`
 */
export async function dial(
  ingest: Ingest,
  options: DialOptions,
): Promise<{ transport: Transport; times: DialTimes; address: string }> {
  const { clock } = options;
  const begin = clock.monotonic();
  const addresses = await resolve(ingest.host, options);
  const resolved = clock.monotonic();
  const { transport: tcp, address, tcpMs } = await connectFirst(ingest, { ...options, addresses });
  const connected = clock.monotonic();
  const times = { dnsMs: resolved - begin, tcpMs, tlsMs: null };
  if (!ingest.secure) return { transport: tcp, times, address };
  const transport = await encrypt(tcp, ingest, options);
  return { transport, times: { ...times, tlsMs: clock.monotonic() - connected }, address };
}

async function resolve(host: string, { network, stepMs }: DialOptions): Promise<string[]> {
  if (ADDRESS.test(host)) return [host];
  const advice = "Check the ingest URL for typing errors, and that the internet can be reached.";
  try {
    const looking = network.lookup(host);
    const found = await withDeadline(looking, { ms: stepMs, what: "the name server" });
    if (found.length > 0) return found.slice(0, MAX_ADDRESSES);
  } catch (cause) {
    if (cause instanceof DeadlineError) {
      throw new RtmpError("dns", `${cause.message} for ${host}. ${advice}`, { cause });
    }
    throw new RtmpError("dns", `${host} has no address. ${advice}`, { cause });
  }
  throw new RtmpError("dns", `${host} has no address. ${advice}`);
}

/** A connection to an address. */
interface Connected {
  transport: Transport;
  address: string;
  tcpMs: number;
}

/**
 * Connects to the first address that answers. The next one is tried when those before have failed,
 * or have not answered within 250 ms: a machine may have no IPv6 although names have its addresses.
 * @throws RtmpError why the first address failed, if all of them did
 */
async function connectFirst(
  ingest: Ingest,
  { addresses, ...options }: DialOptions & { addresses: readonly string[] },
): Promise<Connected> {
  const { clock, signal } = options;
  const won = new AbortController();
  const ended = AbortSignal.any([signal, won.signal]);
  const tries: Promise<Connected>[] = [];
  let first: Connected | null = null;
  const deadlineMs = clock.monotonic() + options.stepMs;
  try {
    for (const address of addresses) {
      const begin = clock.monotonic();
      const stepMs = Math.round(deadlineMs - begin);
      if (tries.length > 0 && (stepMs <= 0 || signal.aborted)) break;
      const trying = connect(ingest, { ...options, stepMs, signal: ended, address })
        .then((transport) => ({ transport, address, tcpMs: clock.monotonic() - begin }));
      tries.push(trying);
      first = await firstWithin(tries, HEAD_START_MS);
      if (first !== null) return first;
    }
    first = await Promise.any(tries);
    return first;
  } catch (cause) {
    throw cause instanceof AggregateError ? cause.errors[0] : cause;
  } finally {
    won.abort();
    for (const trying of tries) {
      trying.then((late) => late === first ? undefined : late.transport.close(), () => {});
    }
  }
}

/** The first that is connected within `ms`; null if all fail, or none is by then. */
async function firstWithin(
  tries: readonly Promise<Connected>[],
  ms: number,
): Promise<Connected | null> {
  try {
    return await withDeadline(Promise.any(tries), { ms, what: "an address" });
  } catch {
    return null;
  }
}

async function connect(
  { host, port }: Ingest,
  { network, stepMs, signal, address }: DialOptions & { address: string },
): Promise<Transport> {
  const late = AbortSignal.timeout(stepMs);
  const connecting = network.connect({
    hostname: address,
    port,
    signal: AbortSignal.any([signal, late]),
  });
  try {
    return await withDeadline(connecting, { ms: stepMs, what: host });
  } catch (cause) {
    // A connection that comes after all is not wanted any more.
    connecting.then((transport) => transport.close(), () => {});
    if (late.aborted || cause instanceof DeadlineError) {
      throw new RtmpError(
        "silent",
        `${host} does not answer on port ${port} within ${stepMs / 1000} s. ` +
          "Check the URL, and that no firewall holds the port back.",
        { cause },
      );
    }
    throw new RtmpError(
      "unreachable",
      `${host} cannot be reached on port ${port}: ${reason(cause)}. ` +
        "Check the URL and the internet connection.",
      { cause },
    );
  }
}

async function encrypt(
  tcp: Transport,
  { host, port }: Ingest,
  { network, stepMs, caCerts, signal }: DialOptions,
): Promise<Transport> {
  const late = new AbortController();
  const securing = network.secure(tcp, {
    host,
    caCerts,
    signal: AbortSignal.any([signal, late.signal]),
  });
  try {
    return await withDeadline(securing, { ms: stepMs, what: host });
  } catch (cause) {
    late.abort();
    securing.then((transport) => transport.close(), () => {});
    if (cause instanceof DeadlineError) {
      throw new RtmpError(
        "silent",
        `${host} does not answer the TLS handshake within ${stepMs / 1000} s. ` +
          `Check that port ${port} is its RTMPS port.`,
        { cause },
      );
    }
    throw new RtmpError("tls", `No encrypted connection to ${host}: ${tlsReason(reason(cause))}`, {
      cause,
    });
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message.replace(/\.$/, "") : String(cause);
}
