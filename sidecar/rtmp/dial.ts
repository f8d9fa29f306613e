import type { Clock } from "../clock.ts";
import { DeadlineError, withDeadline } from "../deadline.ts";
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
  const address = await resolve(ingest.host, options);
  const resolved = clock.monotonic();
  const tcp = await connect(ingest, { ...options, address });
  const connected = clock.monotonic();
  const times = { dnsMs: resolved - begin, tcpMs: connected - resolved, tlsMs: null };
  if (!ingest.secure) return { transport: tcp, times, address };
  const transport = await encrypt(tcp, ingest, options);
  return { transport, times: { ...times, tlsMs: clock.monotonic() - connected }, address };
}

async function resolve(host: string, { network, stepMs }: DialOptions): Promise<string> {
  if (ADDRESS.test(host)) return host;
  const advice = "Check the ingest URL for typing errors, and that the internet can be reached.";
  try {
    const looking = network.lookup(host);
    const [address] = await withDeadline(looking, { ms: stepMs, what: "the name server" });
    if (address !== undefined) return address;
  } catch (cause) {
    if (cause instanceof DeadlineError) {
      throw new RtmpError("dns", `${cause.message} for ${host}. ${advice}`, { cause });
    }
    throw new RtmpError("dns", `${host} has no address. ${advice}`, { cause });
  }
  throw new RtmpError("dns", `${host} has no address. ${advice}`);
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
