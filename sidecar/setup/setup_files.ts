import { join } from "node:path";

/** Setup's own files in a data directory. */
export interface SetupFiles {
  readonly folder: string;
  /** What setup has put into OBS's files. */
  readonly manifest: string;
  /** Keeps two setups apart. */
  readonly lock: string;
  /** Folder for copies of OBS's files as they were at that time. */
  backup(now: Date): string;
}

/** @param root the data directory */
export function setupFiles(root: string): SetupFiles {
  const folder = join(root, "setup");
  return {
    folder,
    manifest: join(folder, "manifest.json"),
    lock: join(folder, "setup.lock"),
    backup: (now) => join(folder, `backup-${now.toISOString().replaceAll(/[:.]/g, "-")}`),
  };
}
