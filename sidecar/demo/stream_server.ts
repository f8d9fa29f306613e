/** The server that the demo's stream settings name: it greets as RTMP servers do. */
import { ChunkReader } from "../rtmp/chunk_reader.ts";
import { ChunkWriter } from "../rtmp/chunk_writer.ts";
import { type Command, commandMessage, readCommand } from "../rtmp/command.ts";
import { writeAll } from "../rtmp/handshake.ts";
import type { Transport } from "../rtmp/network.ts";

/** Bytes of C0 and C1, and of C2: RTMP 1.0, section 5.2. */
const HELLO_BYTES = 1537;
const ECHO_BYTES = 1536;

/** A running server. */
export interface StreamServer {
  /** `rtmp://127.0.0.1:<port>/app`. */
  readonly url: string;
  /** Ends its connections too. */
  close(): void;
}

/**
 * Starts a server on a free port of 127.0.0.1 that shakes hands and accepts any application: as
 * far as checks go without a stream key. It takes no stream.
 */
export function startStreamServer(): StreamServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections = new Set<Deno.TcpConn>();
  const end = (connection: Deno.TcpConn) => {
    if (connections.delete(connection)) connection.close();
  };
  const accept = async () => {
    for await (const connection of listener) {
      connections.add(connection);
      // A client that leaves in the middle, or speaks something else, is nobody's trouble.
      greet(connection).catch(() => {}).finally(() => end(connection));
    }
  };
  void accept();
  return {
    url: `rtmp://127.0.0.1:${listener.addr.port}/app`,
    close() {
      listener.close();
      for (const connection of connections) end(connection);
    },
  };
}

/** Speaks with one client until it leaves. */
async function greet(transport: Transport): Promise<void> {
  const hello = await readWhole(transport, HELLO_BYTES);
  if (hello[0] !== 3) return;
  // S0 and S1 may be the client's own bytes, S2 must be.
  await writeAll(transport, hello);
  await writeAll(transport, hello.subarray(1));
  await readWhole(transport, ECHO_BYTES);
  const reader = new ChunkReader();
  const writer = new ChunkWriter();
  const buffer = new Uint8Array(4096);
  for (;;) {
    const count = await transport.read(buffer);
    if (count === null) return;
    const commands: Command[] = [];
    reader.push(buffer.subarray(0, count), (message) => {
      const command = readCommand(message);
      if (command !== null) commands.push(command);
    });
    for (const { name, transaction } of commands) {
      if (name !== "connect") return;
      const info = { level: "status", code: "NetConnection.Connect.Success" };
      const answer = commandMessage({ name: "_result", transaction, values: [null, info] });
      await writeAll(transport, writer.write([answer]));
    }
  }
}

async function readWhole(transport: Transport, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await transport.read(bytes.subarray(at));
    if (count === null) throw new Error("The client left in the middle of the handshake.");
    at += count;
  }
  return bytes;
}
