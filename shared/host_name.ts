import { parseUrl } from "./parse_url.ts";

/**
 * A host name or address in one way of writing: lower case, without the dot at the end, names
 * outside ASCII in their encoded form, an IPv6 address without brackets.
 * @returns null if the text is no host alone: it has a scheme, port, path or blanks
 */
export function hostName(text: string): string | null {
  const url = parseUrl(`https://${bracketed(text)}`);
  // Anything but a host, a port for one, would have become another part of the URL.
  const isAlone = url !== null && url.href === `https://${url.hostname}/`;
  if (!isAlone || /[\s/\\@?#]/.test(text)) return null;
  return url.hostname.replace(/\.$/, "").replace(/^\[|\]$/g, "") || null;
}

/** An IPv6 address needs brackets in a URL. */
function bracketed(host: string): string {
  return /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(host) ? `[${host}]` : host;
}
