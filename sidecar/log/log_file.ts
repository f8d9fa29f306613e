import { diskRemedy } from "../files/disk_remedy.ts";
import type { LogWriter } from "./log.ts";

/** Bytes after which the log begins a new file; with two older ones it takes 3 MiB at most. */
const MAX_BYTES = 1024 * 1024;
const OLDER_FILES = 2;

/** A log file that is written to. */
export interface LogFile {
  write: LogWriter;
  /** Why the file takes no lines and what to do; null while it does. */
  readonly problem: string | null;
  close(): void;
}

/**
 * Opens a log file that is bounded in size: full files become `<path>.1`, then `.2`, then go. A
 * file that cannot be opened or written (disk full) loses lines, and nothing else: each line tries
 * again.
 */
export function openLogFile(
  path: string,
  { maxBytes = MAX_BYTES }: { maxBytes?: number } = {},
): LogFile {
  const encoder = new TextEncoder();
  let file: Deno.FsFile | null = null;
  let size = 0;
  let problem: string | null = null;
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

  function attempt(work: () => void): void {
    try {
      work();
      problem = null;
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      problem = `Cannot write the log ${path}: ${detail}. Its lines go to the terminal alone. ` +
        diskRemedy(error, {
          otherwise: "Mend its permissions, or delete what has the log's name.",
        });
    }
  }

  attempt(open);
  return {
    get problem() {
      return problem;
    },
    write(line, trace) {
      if (closed) return;
      const bytes = encoder.encode(trace === "" ? `${line}\n` : `${line} | ${trace}\n`);
      attempt(() => {
        if (size + bytes.length > maxBytes) rotate();
        (file ?? open()).writeSync(bytes);
        size += bytes.length;
      });
    },
    close() {
      closed = true;
      file?.close();
      file = null;
    },
  };
}
