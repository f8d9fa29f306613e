import { basename, dirname } from "node:path";

/** Follows a file; ends when disposed of. */
export interface FileNotices extends Disposable {
  /** Whether the system tells of changes; else the file is looked at from time to time. */
  readonly told: boolean;
}

/** How to follow a file. */
export interface FileNoticesOptions {
  /** Called when the file may have changed. */
  onNotice(): void;
  /** How often to look where the system tells of no changes. */
  pollMs?: number;
  /** Asks the system to tell of a folder's changes; injected for tests. */
  watchFolders?(folders: string[]): Deno.FsWatcher;
}

const POLL_MS = 1000;

/**
 * Tells when a file may have changed, was replaced, removed or made anew. It is the folder that is
 * watched: a watch on a file ends with the file, and editors replace it. Where the system cannot
 * watch (too many watches, some network drives) the file's date and size are compared each second.
 */
export function followFile(path: string, options: FileNoticesOptions): FileNotices {
  const { onNotice, pollMs = POLL_MS, watchFolders = watch } = options;
  let target = targetOf(path) ?? path;
  let watcher: Deno.FsWatcher | null = null;
  let timer: ReturnType<typeof setInterval> | undefined;
  let ended = false;

  function poll(): void {
    if (ended || timer !== undefined) return;
    let last = stampOf(path);
    timer = setInterval(() => {
      const stamp = stampOf(path);
      if (stamp === last) return;
      last = stamp;
      onNotice();
    }, pollMs);
  }

  async function follow(events: Deno.FsWatcher): Promise<void> {
    try {
      for await (const { kind, paths, flag } of events) {
        // Reading is told, too. After a rescan the system does not know what it left out.
        if (kind === "access") continue;
        const names = [basename(path), basename(target)];
        const isOurs = (changed: string) => names.some((name) => changed.endsWith(name));
        if (flag !== "rescan" && !paths.some(isOurs)) continue;
        const present = targetOf(path) ?? target;
        if (present !== target) {
          target = present;
          watcher = null;
          events.close();
          begin();
        }
        onNotice();
      }
    } catch {
      // A watch that failed has ended, too.
    }
    // Another one is in its place where a link leads elsewhere now.
    if (watcher !== events) return;
    watcher = null;
    poll();
    if (!ended) onNotice();
  }

  function begin(): void {
    try {
      watcher = watchFolders([...new Set([dirname(path), dirname(target)])]);
      void follow(watcher);
    } catch {
      poll();
    }
  }

  begin();

  return {
    get told() {
      return watcher !== null;
    },
    [Symbol.dispose]() {
      ended = true;
      clearInterval(timer);
      watcher?.close();
    },
  };
}

function watch(folders: string[]): Deno.FsWatcher {
  return Deno.watchFs(folders, { recursive: false });
}

/** The file itself, where links lead to it; null if there is none now. */
function targetOf(path: string): string | null {
  try {
    return Deno.realPathSync(path);
  } catch {
    return null;
  }
}

/** Changes with every write; the empty text if there is no file. */
function stampOf(path: string): string {
  try {
    const { mtime, size, ino } = Deno.statSync(path);
    return `${mtime?.getTime()} ${size} ${ino}`;
  } catch {
    return "";
  }
}
