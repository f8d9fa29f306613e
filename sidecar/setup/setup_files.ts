import { join } from "node:path";

/** How names of folders of copies begin; the time follows. */
export const BACKUP_PREFIX = "backup-";

/** Setup's own files in a data directory. */
export interface SetupFiles {
  readonly folder: string;
  /** What setup has put into OBS's files. */
  readonly manifest: string;
  /** Keeps two setups apart. */
  readonly lock: string;
  /** Folder for copies of OBS's files as they were at that time, less their secrets. */
  backup(now: Date): string;
}

/** @param root the data directory */
export function setupFiles(root: string): SetupFiles {
  const folder = join(root, "setup");
  return {
    folder,
    manifest: join(folder, "manifest.json"),
    lock: join(folder, "setup.lock"),
    backup: (now) => join(folder, `${BACKUP_PREFIX}${now.toISOString().replaceAll(/[:.]/g, "-")}`),
  };
}
