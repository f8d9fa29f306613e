/** More steps than promises take that wait for nothing but one another. */
const STEPS = 50;

/**
 * Whether a promise settles without waiting for a timer, a file or another program. Meant for a
 * deadline: a timer wakes an idle Deno twice, also one that was cleared, which is more than what is
 * waited for often takes. Where it rejects, it has settled; the error is left to whoever awaits it.
 */
export async function settlesAtOnce(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = () => {
    settled = true;
  };
  promise.then(note, note);
  for (let step = 0; step < STEPS && !settled; step++) await null;
  return settled;
}
