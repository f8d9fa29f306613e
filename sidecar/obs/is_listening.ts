/** Time that a TCP connection attempt has: Windows asks a closed port again for some 2 s. */
const DEADLINE_MS = 3_000;

/** Whether anything takes TCP connections there; OBS does not notice. */
export async function isListening(
  { host, port }: { host: string; port: number },
): Promise<boolean> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), DEADLINE_MS);
  try {
    (await Deno.connect({ hostname: host, port, signal: deadline.signal })).close();
    return true;
  } catch (error) {
    // Silence is no sign that OBS has ended.
    return error instanceof DOMException;
  } finally {
    clearTimeout(timer);
  }
}
