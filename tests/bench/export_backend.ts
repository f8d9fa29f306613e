/** A backend that takes everything and counts the bytes that come over its sockets. */

/** A counting backend. Disposing of it closes it. */
export interface ExportBackend extends AsyncDisposable {
  /** As a user enters it. */
  readonly address: string;
  /** Bytes that came, headers included. */
  readonly received: number;
  /** Bytes of each request. */
  readonly requests: readonly number[];
  /** Resolves when so many requests came. */
  until(count: number): Promise<void>;
}

const ANSWER = new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");

/** Starts it on a free port of 127.0.0.1. */
export function startExportBackend(): ExportBackend {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const requests: number[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const open = new Set<Deno.Conn>();
  let received = 0;

  async function serve(connection: Deno.Conn): Promise<void> {
    open.add(connection);
    let text = "";
    const buffer = new Uint8Array(65_536);
    const decoder = new TextDecoder("latin1");
    try {
      for (let n = await connection.read(buffer); n !== null; n = await connection.read(buffer)) {
        received += n;
        text += decoder.decode(buffer.subarray(0, n), { stream: true });
        for (let size = sizeOf(text); size !== null; size = sizeOf(text)) {
          text = text.slice(size);
          requests.push(size);
          await connection.write(ANSWER);
          for (const { count, resolve } of waiting) if (requests.length >= count) resolve();
        }
      }
    } catch {
      // The other side went away.
    } finally {
      if (open.delete(connection)) connection.close();
    }
  }

  const accepting = (async () => {
    for await (const connection of listener) void serve(connection);
  })();
  return {
    address: `http://127.0.0.1:${listener.addr.port}/otlp`,
    get received() {
      return received;
    },
    requests,
    until: (count) =>
      requests.length >= count
        ? Promise.resolve()
        : new Promise((resolve) => waiting.push({ count, resolve })),
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) connection.close();
      open.clear();
      await accepting;
    },
  };
}

/** Bytes of the first whole request in what came; null if it is not whole yet. */
function sizeOf(text: string): number | null {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return null;
  const head = text.slice(0, end).toLowerCase();
  const length = Number(/\ncontent-length: (\d+)/.exec(head)?.[1] ?? NaN);
  if (Number.isNaN(length)) throw new Error(`A request does not say its length: ${head}`);
  const size = end + 4 + length;
  return text.length >= size ? size : null;
}
