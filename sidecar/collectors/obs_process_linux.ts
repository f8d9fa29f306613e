/**
 * Tells OBS's process by its name in `/proc/<pid>/comm` (proc(5)): false for another program, and
 * for a process that is gone or cannot be seen. `root` stands for the folder that holds `proc`.
 */
export function createObsProcessCheckLinux(root = ""): (pid: number) => boolean {
  return (pid) => {
    try {
      return Deno.readTextFileSync(`${root}/proc/${pid}/comm`).trimEnd() === "obs";
    } catch {
      return false;
    }
  };
}
