import type { LogWriter } from "./log.ts";

/** Bytes after which the log begins a new file; with two older ones it takes 3 MiB at most. */
const MAX_BYTES = 1024 * 1024;
const OLDER_FILES = 2;

/** A log file that is written to. */
export interface LogFile {
  write: LogWriter;
  close(): void;
}

/**
 * Opens a log file that is bounded in size: full files become `<path>.1`, then `.2`, then go. A
 * file that cannot be written (disk full) loses lines, and nothing else.
 * @throws if it cannot be opened
 */
export function openLogFile(
  path: string,
  { maxBytes = MAX_BYTES }: { maxBytes?: number } = {},
): LogFile {
  const encoder = new TextEncoder();
  let file: Deno.FsFile | null = null;
  let size = 0;
  let closed = false;

  function open(): Deno.FsFile {
    file = Deno.openSync(path, { append: true, create: true, mode: 0o600 });
    size = file.statSync().size;
    return file;
  }

  function rotate(): void {
    file?.close();
    file = null;
    size = 0;
    for (let age = OLDER_FILES; age >= 1; age--) {
      try {
        Deno.renameSync(age === 1 ? path : `${path}.${age - 1}`, `${path}.${age}`);
      } catch {
        // Not there yet, or held open by a viewer: the current file then grows on.
      }
    }
  }

  open();
  return {
    write(line, trace) {
      if (closed) return;
      const bytes = encoder.encode(trace === "" ? `${line}\n` : `${line} | ${trace}\n`);
      try {
        if (size + bytes.length > maxBytes) rotate();
        (file ?? open()).writeSync(bytes);
        size += bytes.length;
      } catch {
        // There is no better place to complain.
      }
    },
    close() {
      closed = true;
      file?.close();
      file = null;
    },
  };
}
