import { basename, dirname, join } from "node:path";

/** Damaged files that are kept. */
const KEPT = 3;

/** What SQLite keeps beside a database. */
const COMPANIONS = ["", "-wal", "-shm"];

/**
 * Gives a database that cannot be used another name beside itself, with what belongs to it. Of the
 * damaged ones the newest three stay.
 * @returns its new name
 * @throws if it cannot be renamed
 */
export function setAside(
  path: string,
  { why, nowMs }: { why: "damaged" | "foreign"; nowMs: number },
): string {
  const time = new Date(nowMs).toISOString().slice(0, 19).replaceAll(":", "-");
  const stem = `${path}.${why}-${time}`;
  let name = stem;
  for (let n = 2; COMPANIONS.some((end) => exists(name + end)); n++) name = `${stem}-${n}`;
  for (const end of COMPANIONS) {
    if (exists(path + end)) Deno.renameSync(path + end, name + end);
  }
  dropOldest(path);
  return basename(name);
}

function dropOldest(path: string): void {
  const start = `${basename(path)}.damaged-`;
  const names = Array.from(Deno.readDirSync(dirname(path)), ({ name }) => name)
    .filter((name) => name.startsWith(start) && !/-(wal|shm)$/.test(name))
    .sort();
  for (const name of names.slice(0, -KEPT)) {
    for (const end of COMPANIONS) {
      const file = join(dirname(path), name + end);
      if (exists(file)) Deno.removeSync(file);
    }
  }
}

/** Whether there is anything by this name. */
export function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
