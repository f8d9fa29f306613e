import type { Clock } from "../time/clock.ts";
import { withDeadline } from "../time/deadline.ts";
import { Acknowledgements } from "./acknowledgements.ts";
import type { AmfValue } from "./amf0_value.ts";
import { ChunkReader } from "./chunk_reader.ts";
import { ChunkWriter } from "./chunk_writer.ts";
import { type Command, commandMessage, readCommand } from "./command.ts";
import { CommandWaiters } from "./command_waiters.ts";
import { writeAll } from "./handshake.ts";
import { CHUNK_STREAM, controlMessage, MESSAGE, type RtmpMessage } from "./message.ts";
import type { Transport } from "./network.ts";
import { ProtocolControl } from "./protocol_control.ts";
import { RtmpError } from "./rtmp_error.ts";

/** Chunk size that this client sets: few headers, as OBS does. */
export const CHUNK_SIZE = 4096;

/** How long a connection that takes nothing more is still read from. */
const LAST_WORDS_MS = 500;

/** Longest that a farewell may wait for the connection to take it. */
const FAREWELL_MS = 200;

const READ_BYTES = 16 * 1024;

/** A connection after the handshake: messages in both directions, until it is closed. */
export class RtmpSession {
  readonly acknowledgements = new Acknowledgements();
  /** Bytes of RTMP handed to the connection, without the handshake. */
  sentBytes = 0;
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #control: ProtocolControl;
  readonly #reader = new ChunkReader();
  readonly #mediaWriter = new ChunkWriter();
  readonly #commandWriter = new ChunkWriter();
  readonly #waiters = new CommandWaiters();
  readonly #finished = Promise.withResolvers<RtmpError>();
  #writing: Promise<void> = Promise.resolve();
  #transaction = 0;
  #end: RtmpError | null = null;
  #leaving: RtmpError | null = null;
  #farewell: () => void = () => {};

  constructor(transport: Transport, { clock }: { clock: Clock }) {
    this.#transport = transport;
    this.#clock = clock;
    this.#control = new ProtocolControl({
      send: (message) => this.send(message),
      acknowledged: (count) =>
        this.acknowledgements.note(count, {
          atMs: this.#clock.monotonic(),
          sentBytes: this.sentBytes,
        }),
    });
    this.send(controlMessage(MESSAGE.setChunkSize, CHUNK_SIZE)).catch(() => {});
    this.#mediaWriter.chunkSize = CHUNK_SIZE;
    this.#commandWriter.chunkSize = CHUNK_SIZE;
    void this.#read();
  }

  /** Why the session is over; null while it is not. */
  get end(): RtmpError | null {
    return this.#end;
  }

  /** Settles with the reason when the session is over; never rejects. */
  get finished(): Promise<RtmpError> {
    return this.#finished.promise;
  }

  /** Sends one message behind those before it. */
  send(message: RtmpMessage): Promise<void> {
    return this.#write(this.#commandWriter.write([message]).slice());
  }

  /**
   * Sends media; the next media may be given once this has settled.
   * @throws RtmpError why the session is over
   */
  sendMedia(messages: readonly RtmpMessage[]): Promise<void> {
    if (this.#leaving !== null) return Promise.reject(this.#leaving);
    return this.#write(this.#mediaWriter.write(messages));
  }

  /** Sends a command and waits for its `_result` or `_error`. */
  call(name: string, values: readonly AmfValue[]): Promise<Command> {
    const transaction = ++this.#transaction;
    const answer = this.waitFor((command) =>
      command.transaction === transaction &&
      (command.name === "_result" || command.name === "_error")
    );
    this.#tell({ name, transaction, values: [...values] });
    return answer;
  }

  /** Sends a command that may get no answer. @returns its transaction */
  tell(name: string, values: readonly AmfValue[], { stream = 0 } = {}): number {
    const transaction = ++this.#transaction;
    this.#tell({ name, transaction, values: [...values] }, { stream });
    return transaction;
  }

  /**
   * The first command from now on that `wanted` says yes to.
   * @throws RtmpError why the session is over
   */
  waitFor(wanted: (command: Command) => boolean): Promise<Command> {
    return this.#waiters.wait(wanted);
  }

  /** What to tell the server before the session is left; replaces what was set before. */
  set farewell(tell: () => void) {
    this.#farewell = tell;
  }

  /**
   * Says farewell and ends the session. Takes no more media from now on, and no longer than
   * 200 ms even if the connection is stuck.
   */
  async leave(reason: RtmpError): Promise<void> {
    if (this.#leaving !== null || this.#end !== null) return;
    this.#leaving = reason;
    this.#farewell();
    await withDeadline(this.#writing, { ms: FAREWELL_MS, what: "the connection" }).catch(() => {});
    this.close(reason);
  }

  /** Ends the session; what waits fails with `reason`. Nothing happens the second time. */
  close(reason: RtmpError): void {
    if (this.#end !== null) return;
    this.#end = reason;
    this.#transport.close();
    this.#waiters.fail(reason);
    this.#finished.resolve(reason);
  }

  #tell(command: Command, options: { stream?: number } = {}): void {
    this.send(commandMessage(command, options)).catch(() => {});
  }

  #write(bytes: Uint8Array): Promise<void> {
    this.sentBytes += bytes.length;
    const written = this.#writing.then(async () => {
      if (this.#end !== null) throw this.#end;
      try {
        await writeAll(this.#transport, bytes);
      } catch (cause) {
        // The server's last words may still be on their way: reading comes to the end by itself.
        const over = withDeadline(this.finished, { ms: LAST_WORDS_MS, what: "the server" });
        await over.catch(() => this.close(closedWithoutReason(cause)));
        throw this.#end ?? closedWithoutReason(cause);
      }
    });
    this.#writing = written.catch(() => {});
    return written;
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(READ_BYTES);
    try {
      for (;;) {
        const count = await this.#transport.read(buffer);
        if (count === null) break;
        this.#reader.push(buffer.subarray(0, count), (message) => this.#take(message));
        this.#control.received(count);
      }
      this.close(closedWithoutReason());
    } catch (cause) {
      this.close(cause instanceof RtmpError ? cause : closedWithoutReason(cause));
    }
  }

  #take(message: RtmpMessage): void {
    if (message.chunkStream === CHUNK_STREAM.control || message.type < MESSAGE.audio) {
      if (this.#control.take(message)) return;
    }
    const command = readCommand(message);
    if (command !== null) this.#waiters.take(command);
  }
}

function closedWithoutReason(cause?: unknown): RtmpError {
  return new RtmpError(
    "closed_without_reason",
    "The server closed the connection without a reason.",
    { cause },
  );
}
