/**
 * The socket that clients see: passes bytes on to the server behind it, and can fail as a whole
 * program fails. A stopped process answers neither a handshake, nor a message, nor a close; a killed
 * one leaves without a closing frame. A WebSocket server alone cannot be made to do that.
 */
export interface TcpFront {
  readonly port: number;
  /** Connections taken since the start. */
  readonly accepted: number;
  /** Listens again on the same port after `stop` or `drop`. @throws if another program took it. */
  listen(): Promise<void>;
  /** Takes no new connections; those that exist go on. Resolves when the port is free. */
  stop(): Promise<void>;
  /** Breaks every connection without a closing frame, and stops. */
  drop(): Promise<void>;
  /** Takes connections and passes nothing on, either way. */
  hang(): void;
  /** Closes new connections at once. */
  refuse(): void;
  /** Passes on again, first what was held back. */
  resume(): void;
  /** `drop`, and waits until nothing is left of it. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1, on a free port if `port` is 0. @throws if the port is taken. */
export function createTcpFront(
  { port, backendPort }: { port: number; backendPort: number },
): TcpFront {
  const hostname = "127.0.0.1";
  let listener: Deno.TcpListener | null = null;
  let accepting = Promise.resolve();
  let accepted = 0;
  let refusing = false;
  let held: PromiseWithResolvers<void> | null = null;
  const connections = new Set<Deno.TcpConn>();
  const running = new Set<Promise<void>>();

  function track(work: Promise<void>): void {
    running.add(work);
    work.finally(() => running.delete(work));
  }

  function closeQuietly(connection: Deno.TcpConn): void {
    if (!connections.delete(connection)) return;
    connection.close();
  }

  /** Copies until one side ends or either is closed under it. */
  async function copy(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
    const buffer = new Uint8Array(16 * 1024);
    try {
      for (;;) {
        const length = await from.read(buffer);
        if (length === null) return;
        await held?.promise;
        for (let start = 0; start < length;) {
          start += await to.write(buffer.subarray(start, length));
        }
      }
    } catch {
      // The other copy or a fault ended the connection; both ends are closed by the caller.
    }
  }

  /** Passes one connection on, without the delay by which TCP gathers small messages. */
  async function serve(client: Deno.TcpConn): Promise<void> {
    client.setNoDelay();
    connections.add(client);
    await held?.promise;
    if (!connections.has(client)) return;
    const backend = await Deno.connect({ hostname, port: backendPort });
    backend.setNoDelay();
    connections.add(backend);
    if (!connections.has(client)) closeQuietly(backend);
    await Promise.race([copy(client, backend), copy(backend, client)]);
    closeQuietly(client);
    closeQuietly(backend);
  }

  async function accept(from: Deno.TcpListener): Promise<void> {
    try {
      for await (const client of from) {
        accepted++;
        if (refusing || listener !== from) client.close();
        else track(serve(client));
      }
    } catch (error) {
      // Closing the listener ends the wait for the next connection.
      if (!(error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted)) {
        throw error;
      }
    }
  }

  function open(): void {
    listener = Deno.listen({ hostname, port });
    port = listener.addr.port;
    accepting = accept(listener);
  }

  function stop(): Promise<void> {
    listener?.close();
    listener = null;
    return accepting;
  }

  function resume(): void {
    refusing = false;
    held?.resolve();
    held = null;
  }

  function drop(): Promise<void> {
    for (const connection of [...connections]) closeQuietly(connection);
    resume();
    return stop();
  }

  open();
  return {
    get port() {
      return port;
    },
    get accepted() {
      return accepted;
    },
    async listen() {
      if (listener) return;
      await accepting;
      open();
    },
    stop,
    drop,
    hang() {
      held ??= Promise.withResolvers<void>();
    },
    refuse() {
      refusing = true;
    },
    resume,
    async close() {
      await drop();
      while (running.size > 0) await Promise.all(running);
    },
  };
}
