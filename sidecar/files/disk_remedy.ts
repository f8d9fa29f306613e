/**
 * Codes by which systems say that a disk takes nothing more: Linux asm-generic/errno-base.h and
 * errno.h (ENOSPC, EDQUOT, EROFS), macOS sys/errno.h, Windows winerror.h (ERROR_HANDLE_DISK_FULL,
 * ERROR_DISK_FULL, ERROR_DISK_QUOTA_EXCEEDED, ERROR_WRITE_PROTECT).
 */
const UNIX = { readOnly: [30] };
const CODES: Partial<Record<typeof Deno.build.os, { full: number[]; readOnly: number[] }>> = {
  linux: { ...UNIX, full: [28, 122] },
  darwin: { ...UNIX, full: [28, 69] },
  windows: { full: [39, 112, 1295], readOnly: [19] },
};

/** Whether a write failed because the disk, or the user's share of it, is full. */
export function isDiskFull(error: unknown, os = Deno.build.os): boolean {
  return CODES[os]?.full.includes(codeOf(error)) ?? false;
}

/** Whether a write failed because the whole disk takes no writes. */
export function isDiskReadOnly(error: unknown, os = Deno.build.os): boolean {
  return CODES[os]?.readOnly.includes(codeOf(error)) ?? false;
}

/** What helps against a write's failure, as a sentence; `otherwise` where it is not the disk. */
export function diskRemedy(
  error: unknown,
  { otherwise, os = Deno.build.os }: { otherwise: string; os?: typeof Deno.build.os },
): string {
  if (isDiskFull(error, os)) return "The disk is full: make some space on it.";
  return isDiskReadOnly(error, os)
    ? "The disk is read-only: make it writable, or give a data directory on another one with " +
      "--data-dir DIR."
    : otherwise;
}

/** The system's code in an error of Deno's; NaN if it tells none. */
function codeOf(error: unknown): number {
  return error instanceof Error ? Number(/\(os error (\d+)\)/.exec(error.message)?.[1]) : NaN;
}
