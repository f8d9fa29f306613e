/** A child process that a test starts, listens to and ends by its own pid. */
import { withDeadline } from "../../sidecar/time/deadline.ts";

/** How to start a child process. */
export interface StartOptions {
  args?: string[];
  /** The child's whole environment; the test's own is not inherited. */
  env?: Record<string, string>;
  cwd?: string;
}

/** A running child process. Disposing of it stops it. */
export interface PeerProcess extends AsyncDisposable {
  readonly pid: number;
  /** Settles when the process has ended and all of its output was read. */
  readonly exited: Promise<Deno.CommandStatus>;
  /**
   * Waits until it has ended by itself and all of its output was read; kills it if it does not.
   * @throws Error with the end of the output if `withinMs` passes first
   */
  ended(options?: { withinMs?: number }): Promise<Deno.CommandStatus>;
  /** Everything printed so far, standard output and standard error in order of arrival. */
  output(): string;
  /**
   * Waits until the output matches, looking at what was printed before too, from `after` on.
   * @throws Error with the end of the output if the process ends or `withinMs` passes first
   */
  waitForOutput(
    pattern: RegExp,
    options?: { withinMs?: number; after?: number },
  ): Promise<RegExpMatchArray>;
  /** Sends a signal; nothing happens if the process has already ended. */
  signal(signal: Deno.Signal): void;
  /**
   * Asks the process to end (SIGTERM unless told otherwise) and kills it if it has not within
   * `graceMs`. A process stopped with SIGSTOP is woken first.
   */
  stop(options?: { signal?: Deno.Signal; graceMs?: number }): Promise<Deno.CommandStatus>;
}

const TAIL_CHARS = 2000;
const END_MS = 60_000;

/** Starts a child process, with its output captured. */
export function startProcess(command: string, options: StartOptions = {}): PeerProcess {
  const child = new Deno.Command(command, {
    args: options.args ?? [],
    env: options.env ?? {},
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  }).spawn();
  const output = captureOutput([child.stdout, child.stderr]);
  let running = true;
  const exited = child.status.then(async (status) => {
    running = false;
    await output.ended;
    return status;
  });

  function signal(name: Deno.Signal): void {
    if (running) child.kill(name);
  }

  async function stop(
    { signal: name = "SIGTERM", graceMs = 10_000 }: { signal?: Deno.Signal; graceMs?: number } = {},
  ): Promise<Deno.CommandStatus> {
    signal(name);
    signal("SIGCONT");
    const timer = setTimeout(() => signal("SIGKILL"), graceMs);
    const status = await exited;
    clearTimeout(timer);
    return status;
  }

  async function ended({ withinMs = END_MS } = {}): Promise<Deno.CommandStatus> {
    try {
      return await withDeadline(exited, { ms: withinMs, what: command });
    } catch (cause) {
      signal("SIGKILL");
      const printed = output.text().slice(-TAIL_CHARS);
      throw new Error(`${command} does not end. It printed:\n${printed}`, { cause });
    }
  }

  return {
    pid: child.pid,
    exited,
    ended,
    output: output.text,
    waitForOutput: (pattern, { withinMs = 20_000, after = 0 } = {}) =>
      output.match(pattern, { what: `${command} prints ${pattern}`, withinMs, after }),
    signal,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
}

interface Waiter {
  look(): void;
  giveUp(reason: string): void;
}

function captureOutput(streams: ReadableStream<Uint8Array>[]) {
  let text = "";
  const waiters = new Set<Waiter>();
  let over = false;

  async function pump(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const chunk of stream.pipeThrough(textDecoder())) {
      text += chunk;
      for (const waiter of [...waiters]) waiter.look();
    }
  }
  const ended = Promise.all(streams.map(pump)).then(() => {
    over = true;
    for (const waiter of [...waiters]) waiter.giveUp("the process has ended");
  });

  function match(
    pattern: RegExp,
    { what, withinMs, after }: { what: string; withinMs: number; after: number },
  ): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        look() {
          const found = text.slice(after).match(pattern);
          if (found === null) return;
          done();
          resolve(found);
        },
        giveUp(reason) {
          done();
          reject(new Error(`${reason} before ${what}. It printed:\n${text.slice(-TAIL_CHARS)}`));
        },
      };
      const timer = setTimeout(() => waiter.giveUp(`${withinMs / 1000} s passed`), withinMs);
      function done(): void {
        clearTimeout(timer);
        waiters.delete(waiter);
      }
      waiters.add(waiter);
      waiter.look();
      if (over && waiters.has(waiter)) waiter.giveUp("the process has ended");
    });
  }

  return { text: () => text, match, ended };
}

function textDecoder(): TransformStream<Uint8Array, string> {
  const decoder = new TextDecoder();
  return new TransformStream({
    transform: (chunk, controller) => controller.enqueue(decoder.decode(chunk, { stream: true })),
  });
}
