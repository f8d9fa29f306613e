/** A slow uplink: a TCP proxy that passes bytes on at a rate and no faster. */

/** A running proxy. Disposing of it breaks its connections. */
export interface SlowLink extends Disposable {
  readonly port: number;
  /** Bytes that went up so far. */
  passedBytes(): number;
  /** Passes bytes at another rate from now on. */
  setRate(kbps: number): void;
}

/** Most bytes that pass at once: some milliseconds of the link, at least a packet. */
const BURST_MS = 5;
const MIN_BURST = 1448;

/** Longest that late timers may be made good. */
const CREDIT_MS = 250;

/** Starts a proxy in front of a port of 127.0.0.1. What comes back passes at any rate. */
export function startSlowLink({ toPort, kbps }: { toPort: number; kbps: number }): SlowLink {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let bytesPerMs = kbps / 8;
  const burst = new Uint8Array(Math.max(MIN_BURST, Math.floor(BURST_MS * bytesPerMs)));
  const open = new Set<Deno.TcpConn>();
  let passed = 0;
  let freeAt = 0;

  async function up(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    for (;;) {
      const count = await from.read(burst);
      if (count === null) return;
      for (let at = 0; at < count;) at += await to.write(burst.subarray(at, count));
      passed += count;
      const now = performance.now();
      freeAt = Math.max(freeAt, now - CREDIT_MS) + count / bytesPerMs;
      if (freeAt > now) await new Promise((resolve) => setTimeout(resolve, freeAt - now));
    }
  }

  async function serve(client: Deno.TcpConn): Promise<void> {
    const server = await Deno.connect({ hostname: "127.0.0.1", port: toPort });
    const both = [client, server];
    for (const each of both) {
      each.setNoDelay(true);
      open.add(each);
    }
    const down = server.readable.pipeTo(client.writable).catch(() => {});
    await up(client, server).catch(() => {});
    await server.closeWrite().catch(() => {});
    await down;
    for (const each of both) {
      open.delete(each);
      close(each);
    }
  }

  void (async () => {
    for await (const client of listener) serve(client).catch(() => close(client));
  })();

  return {
    port: listener.addr.port,
    passedBytes: () => passed,
    setRate(kbps) {
      bytesPerMs = kbps / 8;
    },
    [Symbol.dispose]: () => {
      listener.close();
      for (const each of open) close(each);
    },
  };
}

function close(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch {
    // Closed already.
  }
}
