import { exists } from "../exists.ts";
import { testCacheFolder } from "./test_cache_folder.ts";
import { until } from "./until.ts";

const MAKE_MS = 240_000;

/**
 * A folder in the user's cache, made if it is not there yet, by one test at a time.
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
  const lock = await Deno.open(`${cache}/${name}.lock`, { create: true, write: true });
  try {
    await until(() => lock.tryLock(true), { what: `${name} is free`, withinMs: MAKE_MS });
    if (exists(`${folder}/${holds}`)) return folder;
    // It takes its name only when it is whole.
    const whole = await Deno.makeTempDir({ dir: cache, prefix: `${name}.` });
    try {
      await Deno.chmod(whole, 0o755);
      await make(whole);
      await Deno.rename(whole, folder);
    } catch (error) {
      await Deno.remove(whole, { recursive: true });
      throw error;
    }
  } finally {
    lock.close();
  }
  return folder;
}
