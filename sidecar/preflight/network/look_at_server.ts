import type { Finding } from "../../../shared/preflight.ts";
import { type Ingest, parseIngestUrl } from "../../rtmp/ingest_url.ts";
import { openRtmpConnection } from "../../rtmp/rtmp_connection.ts";
import type { ConnectionTimes } from "../../rtmp/rtmp_connection.ts";
import { RtmpError } from "../../rtmp/rtmp_error.ts";
import { type CheckContext, fail, pass, warning } from "../check.ts";
import { rounded } from "../obs/plain.ts";
import { certificateExpiry } from "./certificate_expiry.ts";
import { type ConnectTimes, connectTimes } from "./connect_times.ts";
import type { NetworkAccess } from "./network_access.ts";
import { readCertificate } from "./read_certificate.ts";

/** From this on, every lost packet takes long to be sent again. */
const FAR_MS = 150;

/** A spread above this and above the median itself speaks of Wi-Fi or a full link. */
const UNSTEADY_MS = 40;

/** Certificates are renewed weeks before they end: one with less left has been forgotten. */
const FEW_DAYS = 7;
const DAY_MS = 86_400_000;

/** What looking at a server needs. */
export interface ConnectionLook {
  access: NetworkAccess;
  context: Pick<CheckContext, "signal" | "progress">;
}

/**
 * Goes as far with a server as one can without a stream key: name, TCP three times, TLS,
 * handshake, `connect`.
 * @returns what was found, and whether the server can be streamed to
 */
export async function lookAtServer(
  url: string,
  { access, context: { signal, progress } }: ConnectionLook,
): Promise<{ findings: Finding[]; reached: boolean }> {
  try {
    const ingest = parseIngestUrl(url);
    progress("connecting");
    const options = { ...access, signal };
    const { address, times } = await hello(url, options);
    const tcp = await connectTimes({ hostname: address, port: ingest.port }, { access, signal });
    const days = ingest.secure ? await daysLeft(ingest, { address, access, signal }) : null;
    return {
      findings: [judgeTimes(ingest, { times, tcp }), ...judgeEncryption(ingest, days)],
      reached: true,
    };
  } catch (error) {
    return { findings: [serverFailure(error)], reached: false };
  }
}

async function hello(
  url: string,
  options: NetworkAccess & { signal: AbortSignal },
): Promise<{ address: string; times: ConnectionTimes }> {
  using connection = await openRtmpConnection(url, options);
  return { address: connection.address, times: connection.times };
}

/**
 * What an error of the RTMP client means. Its message says what happened and then what to do.
 * @throws any other error
 */
export function serverFailure(error: unknown): Finding {
  if (!(error instanceof RtmpError)) throw error;
  const [seen = "", remedy] = error.message.split(/(?<=[.!]) (?=[A-Z])/, 2);
  const rest = error.message.slice(seen.length + 1);
  return fail(seen, {
    remedy: remedy === undefined
      ? "Run the checks again. If it stays so, try another server of the platform."
      : rest,
  });
}

/** What the times to a server mean. */
function judgeTimes(
  { host }: Pick<Ingest, "host">,
  { times, tcp }: { times: ConnectionTimes; tcp: ConnectTimes },
): Finding {
  const { dnsMs, tlsMs, handshakeMs, connectMs } = times;
  const steps = [
    `name ${ms(dnsMs)}`,
    ...tlsMs === null ? [] : [`TLS ${ms(tlsMs)}`],
    `RTMP handshake ${ms(handshakeMs)}`,
    `connect ${ms(connectMs)}`,
  ];
  const seen = `${host} answers: round trip ${ms(tcp.medianMs)} (spread ${ms(tcp.spreadMs)}), ` +
    `${steps.join(", ")}.`;
  if (tcp.spreadMs > Math.max(UNSTEADY_MS, tcp.medianMs)) {
    return warning(seen, {
      expected: `a spread of at most ${Math.max(UNSTEADY_MS, Math.round(tcp.medianMs))} ms`,
      remedy: "The line is unsteady: use a cable in place of Wi-Fi, and pause other uploads.",
    });
  }
  if (tcp.medianMs > FAR_MS) {
    return warning(seen, {
      expected: `a round trip below ${FAR_MS} ms`,
      remedy: "The server is far away: choose a nearer one in the platform's list of servers.",
    });
  }
  return pass(seen);
}

/** What the encryption, or the lack of it, means. */
function judgeEncryption(
  { secure, host }: Pick<Ingest, "secure" | "host">,
  days: number | null,
): Finding[] {
  if (!secure) return [];
  if (days === null) {
    return [pass(`The connection is encrypted, and the certificate is ${host}'s.`)];
  }
  const seen = `The connection is encrypted; ${host}'s certificate is valid for ` +
    `${Math.floor(days)} more days.`;
  if (days >= FEW_DAYS) return [pass(seen)];
  return [warning(seen, {
    expected: `${FEW_DAYS} days or more`,
    remedy: "Tell whoever runs the server: once it ends, no stream gets through.",
  })];
}

/** Days until the server's certificate ends; null if that cannot be told. */
async function daysLeft(
  { host, port }: Ingest,
  { address, access: { network, clock, stepMs }, signal }: {
    address: string;
    access: NetworkAccess;
    signal: AbortSignal;
  },
): Promise<number | null> {
  const ending = AbortSignal.any([signal, AbortSignal.timeout(stepMs)]);
  try {
    const transport = await network.connect({ hostname: address, port, signal: ending });
    const close = () => transport.close();
    ending.addEventListener("abort", close);
    try {
      const der = await readCertificate(transport, { host });
      const until = der === null ? null : certificateExpiry(der);
      return until === null ? null : (until - clock.now()) / DAY_MS;
    } finally {
      ending.removeEventListener("abort", close);
      if (!ending.aborted) close();
    }
  } catch {
    return null;
  }
}

function ms(value: number): string {
  return `${rounded(value, value < 10 ? 1 : 0)} ms`;
}
