/** Where a request wants to go, exactly as its sender wrote it. */
export interface RequestTarget {
  /** Host and port of the request line's URL, or of the Host header if the line has a path only. */
  authority: string;
  /** Undecoded, not normalised, without query; starts with a slash. */
  path: string;
}

/**
 * Takes apart the URL of a request that Deno.serve received. Deno leaves it as it was sent, so it
 * is split here by hand: `new URL()` would decode, fold `..` away and fill in what is missing.
 * Null for anything but `http://authority/path`.
 */
export function requestTarget(url: string): RequestTarget | null {
  const match = /^http:\/\/([^/?#]+)(\/[^?#]*)/.exec(url);
  if (match === null) return null;
  const [, authority = "", path = ""] = match;
  return { authority, path };
}

/**
 * Whether a path is one that this API could have: segments of letters, digits, `_`, `-`, `~` and
 * inner dots. No escapes, no empty, `.` or `..` segments, no backslash: each path has one spelling.
 */
export function isPlainPath(path: string): boolean {
  return path === "/" || /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/.test(path);
}
