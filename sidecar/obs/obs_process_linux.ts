import type { Libc } from "../linux/libc.ts";

/**
 * Tells OBS's process by its name in `/proc/<pid>/comm` (proc(5)): false for another program, and
 * for a process that is gone or cannot be seen.
 */
export function createObsProcessCheckLinux(
  { readText }: Pick<Libc, "readText">,
): (pid: number) => boolean {
  return (pid) => {
    try {
      return readText(`/proc/${pid}/comm`).trimEnd() === "obs";
    } catch {
      return false;
    }
  };
}
