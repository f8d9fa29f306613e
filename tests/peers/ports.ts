/** Free TCP ports for programs that cannot be told to choose one themselves. */

const given = new Set<number>();

/** A TCP port of 127.0.0.1 that nothing listens on, never the same one twice in a test run. */
export function freePort(): number {
  for (;;) {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    if (!given.has(port)) {
      given.add(port);
      return port;
    }
  }
}
