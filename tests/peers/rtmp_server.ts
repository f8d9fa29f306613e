/** An RTMP server that a test scripts: for what no real one can be made to do. */
import type { AmfValue } from "../../sidecar/rtmp/amf0_value.ts";
import { ChunkReader } from "../../sidecar/rtmp/chunk_reader.ts";
import { ChunkWriter } from "../../sidecar/rtmp/chunk_writer.ts";
import { type Command, commandMessage, readCommand } from "../../sidecar/rtmp/command.ts";
import { controlMessage, MESSAGE, type RtmpMessage } from "../../sidecar/rtmp/message.ts";

/** One client's connection, as the script sees it. */
export interface RtmpPeer {
  /** Sends bytes as they are. */
  raw(bytes: Uint8Array): Promise<void>;
  send(message: RtmpMessage): Promise<void>;
  /** Sends a command, such as `_result` or `onStatus`. */
  command(name: string, transaction: number, values: AmfValue[]): Promise<void>;
  /** Sends `onStatus` for a stream. */
  status(code: string, options?: { level?: string; description?: string }): Promise<void>;
  close(): void;
}

/** How the server differs from one that takes everything and acknowledges nothing. */
export interface RtmpScript {
  /** Replaces everything from the connection on; nothing is read or sent by itself. */
  connected?: (peer: RtmpPeer, conn: Deno.TcpConn) => void | Promise<void>;
  /** Sees every command first. @returns true if it has been answered, or shall not be */
  command?: (command: Command, peer: RtmpPeer) => boolean | Promise<boolean>;
  /** Acknowledges whenever so many bytes have come; never if left out. */
  acknowledgeEvery?: number;
  /** Sees the protocol's own messages. */
  control?: (message: RtmpMessage) => void;
}

/** A running server. Disposing of it ends its connections. */
export interface RtmpServer extends Disposable {
  readonly port: number;
  readonly url: string;
  /** Names of the commands that came, in order. */
  readonly commands: string[];
  /** Messages of sound and picture that came. */
  readonly media: RtmpMessage[];
  /** Bytes of sound and picture that came, and when the first and the last of them did. */
  readonly received: { mediaBytes: number; firstMs: number; lastMs: number };
  /** Connections that are open. */
  openConnections(): number;
}

const HANDSHAKE = 1536;

/** Starts a server on a free port of 127.0.0.1. */
export function startRtmpServer(script: RtmpScript = {}, { keepMedia = true } = {}): RtmpServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.TcpConn>();
  const commands: string[] = [];
  const media: RtmpMessage[] = [];
  const received = { mediaBytes: 0, firstMs: 0, lastMs: 0 };

  async function answer(command: Command, peer: RtmpPeer): Promise<void> {
    commands.push(command.name);
    if (await script.command?.(command, peer)) return;
    if (command.name === "connect") {
      const info = { level: "status", code: "NetConnection.Connect.Success" };
      await peer.command("_result", command.transaction, [{ fmsVer: "test" }, info]);
    } else if (command.name === "createStream") {
      await peer.command("_result", command.transaction, [null, 1]);
    } else if (command.name === "publish") {
      await peer.status("NetStream.Publish.Start");
    }
  }

  async function serve(conn: Deno.TcpConn): Promise<void> {
    conn.setNoDelay(true);
    const peer = peerOf(conn);
    if (script.connected !== undefined) return await script.connected(peer, conn);
    await readExactly(conn, 1 + HANDSHAKE);
    await peer.raw(new Uint8Array(1 + 2 * HANDSHAKE).fill(3, 0, 1));
    await readExactly(conn, HANDSHAKE);
    const reader = new ChunkReader({ maxMessageBytes: 16 * 1024 * 1024 });
    const buffer = new Uint8Array(64 * 1024);
    let came = 0;
    let told = 0;
    for (;;) {
      const count = await conn.read(buffer);
      if (count === null) return;
      came += count;
      if (came - told >= (script.acknowledgeEvery ?? Number.POSITIVE_INFINITY)) {
        told = came;
        void peer.send(controlMessage(MESSAGE.acknowledgement, came >>> 0)).catch(() => {});
      }
      const asked: Command[] = [];
      reader.push(buffer.subarray(0, count), (message) => {
        const command = readCommand(message);
        if (command !== null) asked.push(command);
        if (message.type < MESSAGE.audio) script.control?.(message);
        if (message.type !== MESSAGE.audio && message.type !== MESSAGE.video) return;
        received.mediaBytes += message.payload.length;
        received.lastMs = performance.now();
        received.firstMs ||= received.lastMs;
        if (keepMedia) media.push(message);
      });
      for (const command of asked) await answer(command, peer);
    }
  }

  void (async () => {
    for await (const conn of listener) {
      open.add(conn);
      serve(conn).catch(() => {}).finally(() => {
        if (script.connected !== undefined) return;
        open.delete(conn);
        close(conn);
      });
    }
  })();

  return {
    port: listener.addr.port,
    url: `rtmp://127.0.0.1:${listener.addr.port}/live`,
    commands,
    media,
    received,
    openConnections: () => open.size,
    [Symbol.dispose]: () => {
      listener.close();
      for (const each of open) close(each);
    },
  };
}

function peerOf(conn: Deno.TcpConn): RtmpPeer {
  const writer = new ChunkWriter();
  let writing = Promise.resolve();
  const raw = (bytes: Uint8Array) => {
    const copy = bytes.slice();
    writing = writing.then(async () => {
      for (let at = 0; at < copy.length;) at += await conn.write(copy.subarray(at));
    });
    return writing;
  };
  const send = (message: RtmpMessage) => raw(writer.write([message]));
  const command = (name: string, transaction: number, values: AmfValue[]) =>
    send(commandMessage({ name, transaction, values }));
  return {
    raw,
    send,
    command,
    status: (code, { level = "status", description = "" } = {}) =>
      command("onStatus", 0, [null, { level, code, description }]),
    close: () => close(conn),
  };
}

async function readExactly(conn: Deno.TcpConn, length: number): Promise<void> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await conn.read(bytes.subarray(at));
    if (count === null) throw new Error("The client went away.");
    at += count;
  }
}

function close(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch {
    // Closed already.
  }
}
