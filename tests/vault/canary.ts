/** Looks for a secret where none may be: in memory, in files, and in what processes show. */

/** Read at once; places that overlap by the longest form are searched one after another. */
const CHUNK_BYTES = 4 << 20;

/** A secret that can be told from everything else: 40 ASCII characters, random in the middle. */
export function newCanary(): string {
  return `can-${crypto.getRandomValues(new Uint8Array(16)).toHex()}-ary`;
}

/**
 * How often a text in ASCII lies in a process's memory, as UTF-8 and as UTF-16. The process must
 * be this one's child, or this one root's. Linux only.
 */
export async function countInMemory(pid: number, text: string): Promise<number> {
  const forms = [text, utf16(text)];
  using memory = await Deno.open(`/proc/${pid}/mem`);
  let count = 0;
  for (const { start, end } of writableRanges(await Deno.readTextFile(`/proc/${pid}/maps`))) {
    count += await countInRange(memory, { start, end, forms });
  }
  return count;
}

/**
 * The forms of a text in ASCII that lie in any file of a folder: `vault.dat: base64`. Files that
 * vanish meanwhile, as temporary ones do, are left out.
 */
export async function formsInFiles(folder: string, text: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) {
      found.push(...(await formsInFiles(path, text)).map((inner) => `${name}/${inner}`));
      continue;
    }
    const content = latin1(await bytesOf(path));
    found.push(...formsIn(content, text).map((form) => `${name}: ${form}`));
  }
  return found;
}

/** The forms of a text in ASCII that lie in what was printed, answered or read as Latin-1. */
export function formsIn(content: string, text: string): string[] {
  return Object.entries(formsOf(text))
    .filter(([, pattern]) => content.includes(pattern))
    .map(([form]) => form);
}

/**
 * Where a text stands among the arguments and variables that the system shows of every process:
 * `123/cmdline`. Linux only.
 */
export async function placesInProcesses(text: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    for (const file of ["cmdline", "environ"]) {
      const content = latin1(await bytesOf(`/proc/${name}/${file}`));
      if (content.includes(text)) found.push(`${name}/${file}`);
    }
  }
  return found;
}

/** Nothing for a file that is gone, or a process that has ended or is another user's. */
async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    const { NotFound, PermissionDenied } = Deno.errors;
    const isGone = error instanceof NotFound || path.startsWith("/proc/") &&
        (error instanceof PermissionDenied || /os error 3\)/.test(String(error)));
    if (isGone) return new Uint8Array();
    throw error;
  }
}

/** How a text may be written down. Base64 differs with what stands before it. */
function formsOf(text: string): Record<string, string> {
  const bytes = new TextEncoder().encode(text);
  const hex = bytes.toHex();
  const base64 = (skip: number) =>
    bytes.subarray(skip, bytes.length - ((bytes.length - skip) % 3)).toBase64();
  return {
    "UTF-8": text,
    "UTF-16": utf16(text),
    "hex": hex,
    "HEX": hex.toUpperCase(),
    "base64": base64(0),
    "base64, one byte later": base64(1),
    "base64, two bytes later": base64(2),
    "base64url": base64(0).replaceAll("+", "-").replaceAll("/", "_"),
  };
}

interface Range {
  start: number;
  end: number;
}

/** Ranges that the process itself may have written to. */
function writableRanges(maps: string): Range[] {
  return maps.split("\n").flatMap((line) => {
    const found = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line);
    if (found === null || line.endsWith("[vvar]")) return [];
    return [{ start: parseInt(found[1] ?? "", 16), end: parseInt(found[2] ?? "", 16) }];
  });
}

async function countInRange(
  memory: Deno.FsFile,
  { start, end, forms }: Range & { forms: readonly string[] },
): Promise<number> {
  const overlap = Math.max(...forms.map((form) => form.length)) - 1;
  const buffer = new Uint8Array(Math.min(CHUNK_BYTES, end - start));
  let before = "";
  let count = 0;
  for (let at = start; at < end;) {
    const read = await readAt(memory, { at, buffer: buffer.subarray(0, end - at) });
    if (read === 0) break;
    const text = before + latin1(buffer.subarray(0, read));
    for (const form of forms) {
      // What lies wholly in the part before was counted with it.
      count += occurrences(text, { form, from: Math.max(0, before.length - form.length + 1) });
    }
    before = text.slice(-overlap);
    at += read;
  }
  return count;
}

/** Bytes read; 0 for a place that the system does not let anybody read. */
async function readAt(
  memory: Deno.FsFile,
  { at, buffer }: { at: number; buffer: Uint8Array },
): Promise<number> {
  try {
    await memory.seek(at, Deno.SeekMode.Start);
    return await memory.read(buffer) ?? 0;
  } catch {
    return 0;
  }
}

function occurrences(text: string, { form, from }: { form: string; from: number }): number {
  let count = 0;
  for (let at = text.indexOf(form, from); at >= 0; at = text.indexOf(form, at + 1)) count++;
  return count;
}

function utf16(ascii: string): string {
  return [...ascii].map((character) => `${character}\0`).join("");
}

function latin1(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
