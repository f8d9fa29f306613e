/** A file of a package. */
export interface PackageFile {
  /** Path within the package, with `/`. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Whether it is a program, where the system marks them. */
  readonly isProgram: boolean;
}

/** A text or data file. */
export function plainFile(path: string, content: string | Uint8Array): PackageFile {
  return { path, bytes: bytesOf(content), isProgram: false };
}

/** A program or script. */
export function programFile(path: string, content: string | Uint8Array): PackageFile {
  return { path, bytes: bytesOf(content), isProgram: true };
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}
