/** One file of the dock. */
export interface DockFile {
  body: Uint8Array<ArrayBuffer>;
  /** Media type. */
  type: string;
}

/** The dock's files, by the path that a browser asks for. */
export interface DockFiles {
  /** The paths that exist. */
  readonly paths: readonly string[];
  /**
   * Reads the file of a path out of `paths`; null for any other path.
   * @throws if the file cannot be read, for instance because the dock was never built
   */
  read(path: string): Promise<DockFile | null>;
}

/** Everything that is ever served: no path from outside reaches the disk. */
const FILES = new Map([
  ["/", { name: "index.html", type: "text/html; charset=utf-8" }],
  ["/main.js", { name: "main.js", type: "text/javascript; charset=utf-8" }],
  ["/styles.css", { name: "styles.css", type: "text/css; charset=utf-8" }],
]);

/**
 * The dock's built files in the folder `base` (a URL that ends in a slash). Each is read when it
 * is asked for, which is when a dock opens, so that none of them stays in memory.
 */
export function createDockFiles(
  { base, readFile = Deno.readFile }: {
    base: URL;
    readFile?: (url: URL) => Promise<Uint8Array<ArrayBuffer>>;
  },
): DockFiles {
  return {
    paths: [...FILES.keys()],
    async read(path) {
      const file = FILES.get(path);
      if (file === undefined) return null;
      return { body: await readFile(new URL(file.name, base)), type: file.type };
    },
  };
}
