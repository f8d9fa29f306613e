/**
 * The systems that packages are made for, and Deno for each: an npm package, pinned by the digest of
 * its archive (npm's `dist.integrity`).
 */

/** Version of Deno in the packages: the last one that npm has for all systems. */
export const DENO_VERSION = "2.9.5";

/** A system that a package is made for. */
export interface Target {
  /** As in the package's name. */
  readonly name: string;
  readonly os: "windows" | "linux" | "macos";
  /** The npm package with Deno. */
  readonly denoPackage: string;
  /** SHA-512 of its archive, as npm writes it. */
  readonly integrity: string;
}

/** Every system that there is a package for. */
export const TARGETS: readonly Target[] = [
  {
    name: "windows-x64",
    os: "windows",
    denoPackage: "@deno/win32-x64",
    integrity:
      "sha512-LkcERsH0olOgevg9L9eootSr1U8ydyfnX1bS3mFqU+lGBeTYtlec5b/QF473WUOGVgPlWECrkxi4As5kEaFOzg==",
  },
  {
    name: "linux-x64",
    os: "linux",
    denoPackage: "@deno/linux-x64-glibc",
    integrity:
      "sha512-TDqcnoLe3jlgqYEQm7H7MK6q0JOth+o8iSZzknRODnVkJfPiNnjVn1M1Zc6vnp+ipkyb6Av1/CUlHgHtlq59Gw==",
  },
  {
    name: "linux-arm64",
    os: "linux",
    denoPackage: "@deno/linux-arm64-glibc",
    integrity:
      "sha512-IuYjsz9PGl7CJcNXMuN27KNDB8Q40brK3SG3l+TXMDVW61ZKwcn0fQHBHnXFiiygEwI8by/fKnASEluhZB1atw==",
  },
  {
    name: "macos-arm64",
    os: "macos",
    denoPackage: "@deno/darwin-arm64",
    integrity:
      "sha512-SX98qSdBT1lw9x6NwGwx2xIayl1kRimdRnFohYlJ6nt3mLKzTKHHKQwQs5D2pEY7mbUGGbYe9brM2kfN75pPkg==",
  },
  {
    name: "macos-x64",
    os: "macos",
    denoPackage: "@deno/darwin-x64",
    integrity:
      "sha512-gbdlxWZuAZFiJiZtTT00Mv/aC7f/31+pyqJGQKlZr5X33WeTo5B0GG+efcX3P1UZceRKHuPEAQ1B/M2oRt8r9Q==",
  },
];

/** The file's name of Deno's program. */
export function denoFile({ os }: Pick<Target, "os">): string {
  return os === "windows" ? "deno.exe" : "deno";
}
