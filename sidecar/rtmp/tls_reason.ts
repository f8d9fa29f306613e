/** Causes by the words that rustls, Deno's TLS, uses. */
const TLS_REASONS: readonly [RegExp, string][] = [
  [
    /NotValidForName|not valid for name/i,
    "its certificate is another host's. Check the URL; a proxy or a hotel's network may answer in its place.",
  ],
  [
    /Expired|NotValidYet|not valid yet/i,
    "its certificate is not valid today. Check this machine's date, then ask the platform.",
  ],
  [
    /UnknownIssuer|CaUsedAsEndEntity|invalid peer certificate/i,
    "its certificate is signed by nobody this machine trusts. A proxy or an antivirus program may be reading along.",
  ],
  [
    /InvalidContentType|corrupt message|InvalidMessage/i,
    "it does not speak TLS on this port. Check whether the URL should begin with rtmp://.",
  ],
];

/** Why there is no TLS connection and what to do, from what Deno says. */
export function tlsReason(text: string): string {
  return TLS_REASONS.find(([words]) => words.test(text))?.[1] ??
    `${text}. Check that the URL's port is an RTMPS port.`;
}
