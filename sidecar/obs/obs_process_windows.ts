/** OBS's programs: 64-bit since OBS 28, 32-bit before. */
export const OBS_PROGRAM = /^obs(64|32)\.exe$/i;

/** Tells OBS's process by the name of its program; false where that cannot be told. */
export function createObsProcessCheckWindows(
  names: { programName(pid: number): string | null },
): (pid: number) => boolean {
  return (pid) => OBS_PROGRAM.test(names.programName(pid) ?? "");
}
