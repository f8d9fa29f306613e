import { dirname } from "node:path";
import { diskRemedy } from "../files/disk_remedy.ts";
import type { Sink, Snapshot } from "./sink.ts";

/**
 * Pauses before renaming again, in milliseconds. On Windows a rename fails while somebody has the
 * file open; the overlay has it open for some 0.03 ms.
 */
const RETRY_PAUSES_MS = [1, 2, 4, 8];

/** What the sink needs of the file system; injected for tests. */
export interface BridgeFileSystem {
  /** For this user only. */
  writeFile(path: string, data: Uint8Array): void;
  /** For this user only; its parent must be there. */
  makeFolder(path: string): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
}

const realFileSystem: BridgeFileSystem = {
  writeFile: (path, data) => Deno.writeFileSync(path, data, { mode: 0o600 }),
  makeFolder: (path) => Deno.mkdirSync(path, { mode: 0o700 }),
  rename: (from, to) => Deno.renameSync(from, to),
  remove: (path) => Deno.removeSync(path),
};

/**
 * Keeps bridge.json: each snapshot is written beside it and renamed over it, so that a reader
 * sees one whole snapshot or another and never a part. Synchronous calls, because the event loop
 * then waits 0.1 ms where the asynchronous ones take twice as long and block no less.
 */
export function createBridgeFile(
  path: string,
  { fileSystem = realFileSystem, os = Deno.build.os }: {
    fileSystem?: BridgeFileSystem;
    os?: typeof Deno.build.os;
  } = {},
): Sink {
  const temporary = `${path}.tmp`;

  function discard(): void {
    try {
      fileSystem.remove(temporary);
    } catch {
      // Never written, or the next write replaces it.
    }
  }

  /** Somebody may have deleted the folder: it is made anew. */
  function write(data: Uint8Array): void {
    try {
      fileSystem.writeFile(temporary, data);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      fileSystem.makeFolder(dirname(path));
      fileSystem.writeFile(temporary, data);
    }
  }

  function failure(cause: unknown): Error {
    const detail = cause instanceof Error ? cause.message : String(cause);
    return new Error(
      `Cannot write ${path}: ${detail}. The overlay keeps its last figures. ` +
        diskRemedy(cause, {
          otherwise:
            "Check the disk's free space and the folder's permissions, and close programs " +
            "that keep the file open.",
          os,
        }),
      { cause },
    );
  }

  /** @returns why the file could not be replaced, if that is because somebody has it open */
  function replace(): unknown {
    try {
      fileSystem.rename(temporary, path);
      return null;
    } catch (error) {
      if (os === "windows" && isHeldOpen(error)) return error;
      discard();
      throw failure(error);
    }
  }

  /** If somebody keeps it open this snapshot is skipped; the next one tries again. */
  async function replaceLater(): Promise<void> {
    let held: unknown = null;
    for (const pause of RETRY_PAUSES_MS) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      held = replace();
      if (held === null) return;
    }
    discard();
    throw failure(held);
  }

  return {
    name: "bridge.json",
    write({ json }: Snapshot): void | Promise<void> {
      try {
        write(json);
      } catch (error) {
        discard();
        throw failure(error);
      }
      if (replace() !== null) return replaceLater();
    },
  };
}

/** Windows: ERROR_ACCESS_DENIED (5) or ERROR_SHARING_VIOLATION (32) on a file that is open. */
function isHeldOpen(error: unknown): boolean {
  return error instanceof Error && /os error (5|32)\)/.test(error.message);
}
