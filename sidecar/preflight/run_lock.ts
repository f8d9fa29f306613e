/** What a second run is told. */
export const RUNNING_ALREADY = "Checks are running already. Wait until they have ended.";

/**
 * Takes the lock that a run of the checks holds, so that the sidecar and the command do not publish
 * at once or write over one another's report. The system gives it back when its holder ends.
 * @param reports where the reports are kept; the lock's own file stands beside it and stays
 * @returns null if another run holds it
 * @throws if the lock's file cannot be opened
 */
export async function takeRunLock(reports: string): Promise<Disposable | null> {
  const file = await Deno.open(reports.replace(/(\.json)?$/, ".lock"), {
    read: true,
    write: true,
    create: true,
    mode: 0o600,
  });
  if (await file.tryLock(true)) return file;
  file.close();
  return null;
}
