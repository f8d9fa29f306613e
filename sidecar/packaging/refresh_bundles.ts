import { withFileLock } from "../files/file_lock.ts";
import { buildIdOf, digestOfSources } from "./digest_of_sources.ts";
import { replaceFolder } from "./replace_folder.ts";

const LOCK = ".lock";
const STAMP = ".sources";
/** How long another command may build: some seconds, more on a machine that is busy. */
const BUILD_MS = 300_000;

/**
 * Bundles sidecar and dock into `dist`, from the repository's folder, if they are not of the
 * sources as they are now, or if `isForced`. Where several commands want that at once, one builds
 * and the others wait for it.
 * @throws LockBusyError if another one builds for 5 minutes; another error if the build fails,
 * which leaves `dist` as it was
 */
export async function refreshBundles(
  dist: string,
  { isForced }: { isForced: boolean },
): Promise<void> {
  if (!isForced && await isCurrent(dist, await digestOfSources())) return;
  await Deno.mkdir(dist, { recursive: true });
  await withFileLock(`${dist}/${LOCK}`, async () => {
    // While this one waited another one may have built them, or the user changed them.
    const digest = await digestOfSources();
    if (isForced || !await isCurrent(dist, digest)) await build(dist, digest);
  }, { deadlineMs: BUILD_MS });
}

async function isCurrent(dist: string, digest: string): Promise<boolean> {
  try {
    await Deno.stat(`${dist}/main.js`);
    return await Deno.readTextFile(`${dist}/${STAMP}`) === digest;
  } catch {
    return false;
  }
}

async function build(dist: string, digest: string): Promise<void> {
  // Loaded only to build: most starts find everything current.
  const { buildInto } = await import("./build_into.ts");
  // Built here first: a sidecar that runs goes on with the old files, also if the build fails.
  const next = `${dist}/.next`;
  await buildInto(next, { buildId: await buildIdOf(digest) });
  // Without a stamp, a replacement that is cut short is done again.
  await Deno.remove(`${dist}/${STAMP}`).catch(() => {});
  await replaceFolder(next, dist, { spare: [LOCK] });
  await Deno.writeTextFile(`${dist}/${STAMP}`, digest);
}
