import type { Transport } from "../../rtmp/network.ts";
import { withDeadline } from "../../time/deadline.ts";
import type { NetworkAccess } from "./network_access.ts";

/** Connections that are timed. */
const TRIES = 3;

/** How long a server takes to take TCP connections, in milliseconds. */
export interface ConnectTimes {
  medianMs: number;
  /** Longest less shortest. */
  spreadMs: number;
}

/**
 * Times three TCP connections to an address, one after another, each closed at once.
 * @throws why a connection could not be made
 */
export async function connectTimes(
  { hostname, port }: { hostname: string; port: number },
  { access: { network, clock, stepMs }, signal }: { access: NetworkAccess; signal: AbortSignal },
): Promise<ConnectTimes> {
  const times: number[] = [];
  for (let i = 0; i < TRIES; i++) {
    signal.throwIfAborted();
    const begin = clock.monotonic();
    const late = AbortSignal.timeout(stepMs);
    const connecting = network.connect({
      hostname,
      port,
      signal: AbortSignal.any([signal, late]),
    });
    const transport = await inTime(connecting, { stepMs, hostname });
    times.push(clock.monotonic() - begin);
    transport.close();
  }
  times.sort((a, b) => a - b);
  return { medianMs: times[1] ?? 0, spreadMs: (times.at(-1) ?? 0) - (times[0] ?? 0) };
}

async function inTime(
  connecting: Promise<Transport>,
  { stepMs, hostname }: { stepMs: number; hostname: string },
): Promise<Transport> {
  try {
    return await withDeadline(connecting, { ms: stepMs, what: hostname });
  } catch (error) {
    // A connection that comes after all is not wanted any more.
    connecting.then((late) => late.close(), () => {});
    throw error;
  }
}
