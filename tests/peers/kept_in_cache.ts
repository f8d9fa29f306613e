import { exists } from "../exists.ts";
import { NotFetchedError } from "./fetched.ts";
import { testCacheFolder } from "./test_cache_folder.ts";
import { until } from "./until.ts";

/** Longer than making anything takes: who makes it has deadlines of its own. */
const FREE_WITHIN_MS = 1_500_000;
/** How long what could not be fetched is not tried anew by the same program. */
const FAILED_MS = 3_600_000;

/**
 * A folder in the user's cache, made if it is not there yet, by one test at a time. What could not
 * be fetched once is not tried again in the same run of tests.
 * @param options.holds path within it of a file that is there once it is whole
 * @param options.make fills a folder that it gets empty
 * @returns the folder's path
 */
export async function keptInCache(
  name: string,
  { holds, make }: { holds: string; make(folder: string): Promise<void> },
): Promise<string> {
  const cache = testCacheFolder();
  const folder = `${cache}/${name}`;
  if (exists(`${folder}/${holds}`)) return folder;
  await Deno.mkdir(cache, { recursive: true });
  const lock = await Deno.open(`${folder}.lock`, { create: true, write: true });
  try {
    await until(() => lock.tryLock(true), { what: `${name} is free`, withinMs: FREE_WITHIN_MS });
    if (exists(`${folder}/${holds}`)) return folder;
    const failure = failureOf(folder);
    if (failure !== null) throw new NotFetchedError(failure);
    await removeLeftovers(folder);
    await makeWhole(folder, make);
  } catch (error) {
    if (error instanceof NotFetchedError) keepFailure(folder, error);
    throw error;
  } finally {
    lock.close();
  }
  return folder;
}

/** It takes its name only when it is whole. */
async function makeWhole(folder: string, make: (folder: string) => Promise<void>): Promise<void> {
  const [cache, name] = split(folder);
  const whole = await Deno.makeTempDir({ dir: cache, prefix: `${name}.` });
  try {
    await Deno.chmod(whole, 0o755);
    await make(whole);
    await Deno.rename(whole, folder);
  } catch (error) {
    await Deno.remove(whole, { recursive: true });
    throw error;
  }
}

/** Deletes what a killed test was making: nobody else does so while the lock is held. */
async function removeLeftovers(folder: string): Promise<void> {
  const [cache, name] = split(folder);
  for (const entry of Deno.readDirSync(cache)) {
    if (!entry.isDirectory || !entry.name.startsWith(`${name}.`)) continue;
    await Deno.remove(`${cache}/${entry.name}`, { recursive: true });
  }
}

/** Why this run of tests could not make it; a file tells, since each test file is on its own. */
function failureOf(folder: string): string | null {
  const path = `${folder}.failed`;
  if (!exists(path)) return null;
  const [pid, ...reason] = Deno.readTextFileSync(path).split("\n");
  const ageMs = Date.now() - (Deno.statSync(path).mtime?.getTime() ?? 0);
  return pid === String(Deno.pid) && ageMs < FAILED_MS ? reason.join("\n") : null;
}

function keepFailure(folder: string, { message }: NotFetchedError): void {
  Deno.writeTextFileSync(`${folder}.failed`, `${Deno.pid}\n${message}`);
}

function split(folder: string): [cache: string, name: string] {
  const slash = folder.lastIndexOf("/");
  return [folder.slice(0, slash), folder.slice(slash + 1)];
}
