/** What the client needs of the network; injected, so that tests choose what it meets. */
export interface Network {
  /** Addresses of a host name. */
  lookup(host: string): Promise<string[]>;
  connect(address: { hostname: string; port: number; signal: AbortSignal }): Promise<Transport>;
  /**
   * Encrypts a connection that `connect` made; settles when the handshake is over. A connection
   * that cannot be encrypted is closed. (Deno keeps the TCP connection of a server that is silent
   * in the middle of the handshake until that server or this program ends.)
   */
  secure(
    transport: Transport,
    options: { host: string; caCerts: string[]; signal: AbortSignal },
  ): Promise<Transport>;
}

/** A connection's bytes. */
export interface Transport {
  /** @returns how many bytes came, null at the end */
  read(into: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  close(): void;
}

/** The machine's network. Host names are resolved as OBS does it, hosts file included. */
export const systemNetwork: Network = {
  lookup: async (host) => {
    const { lookup } = await import("node:dns/promises");
    return (await lookup(host, { all: true })).map(({ address }) => address);
  },
  connect: async ({ hostname, port, signal }) => {
    const tcp = await Deno.connect({ hostname, port, signal });
    tcp.setNoDelay(true);
    return tcp;
  },
  secure: async (transport, { host, caCerts, signal }) => {
    const tls = await Deno.startTls(transport as Deno.TcpConn, { hostname: host, caCerts });
    let open = true;
    const close = () => {
      if (open) tls.close();
      open = false;
    };
    signal.addEventListener("abort", close);
    try {
      signal.throwIfAborted();
      await tls.handshake();
    } catch (error) {
      close();
      throw error;
    } finally {
      signal.removeEventListener("abort", close);
    }
    return tls;
  },
};
