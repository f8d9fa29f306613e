import { dirname } from "node:path";

/** Debian's compiler for Windows. */
const COMPILER = "/usr/bin/x86_64-w64-mingw32-gcc";

/**
 * Compiles a library for Windows from C.
 * @param source name of a file in tests/fixtures
 * @throws if it cannot be compiled, with what the compiler says
 */
export async function compileWindowsLibrary(source: string, to: string): Promise<void> {
  await Deno.mkdir(dirname(to), { recursive: true });
  const { pathname } = new URL(`../fixtures/${source}`, import.meta.url);
  const { success, stderr } = await new Deno.Command(COMPILER, {
    args: ["-shared", "-O1", "-Wall", pathname, "-o", to],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}
