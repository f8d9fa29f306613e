import { RtmpError } from "./rtmp_error.ts";

/** Where to publish, read from an ingest URL. */
export interface Ingest {
  /** Whether the connection is encrypted (rtmps). */
  secure: boolean;
  /** Host name or address; an IPv6 address without its brackets. */
  host: string;
  port: number;
  /** Application as `connect` names it: path and query without the first slash. */
  app: string;
  /** URL as `connect` names it: the port only where it is not the scheme's own. */
  tcUrl: string;
  /** The application as it may be shown: the first part of its path. */
  shownApp: string;
  /** What of the application may be a key that was pasted into the URL: the rest and the query. */
  secrets: readonly string[];
}

/** Ports that the schemes mean: Adobe's RTMP 1.0, and the one of HTTPS, as every platform uses. */
const DEFAULT_PORTS = { rtmp: 1935, rtmps: 443 } as const;

const SHAPE =
  /^(rtmps?):\/\/(\[[0-9a-f:.]+\]|[^\s/?#@:[\]\\%]+)(?::(\d{1,5}))?(?:\/([^\s#\\]*))?$/i;

/** Control characters, spaces and what is not visible. */
const UNUSABLE = /[\p{Cc}\p{Cf}\p{Z}\p{Cs}]/u;

/**
 * Reads an ingest URL, `rtmp://host[:port]/app` or `rtmps://…`; the application may have several
 * segments and a query.
 * @throws RtmpError `bad_url`, saying what is wrong with it
 */
export function parseIngestUrl(url: string): Ingest {
  const text = url.trim();
  if (text === "") throw bad("is empty");
  if (!/^rtmps?:\/\//i.test(text)) throw bad("must begin with rtmp:// or rtmps://");
  if (UNUSABLE.test(text)) throw bad("has a space or an invisible character in it");
  const match = SHAPE.exec(text);
  if (match === null) throw bad("must look like rtmps://host/app");
  const [, scheme = "", hostText = "", portText, path = ""] = match;
  const secure = scheme.toLowerCase() === "rtmps";
  const ownPort = secure ? DEFAULT_PORTS.rtmps : DEFAULT_PORTS.rtmp;
  const port = portText === undefined ? ownPort : Number(portText);
  if (port < 1 || port > 65535) throw bad("has a port that is not within 1–65535");
  const app = path.replace(/^\/+|\/+$/g, "");
  if (app === "" || app.startsWith("?")) {
    throw bad("names no application; after the host comes a path, such as /live or /app");
  }
  const shown = port === ownPort ? hostText : `${hostText}:${port}`;
  return {
    secure,
    host: checkedHost(hostText),
    port,
    app,
    tcUrl: `${secure ? "rtmps" : "rtmp"}://${shown}/${app}`,
    shownApp: app.split(/[/?]/, 1)[0] ?? "",
    secrets: secretParts(app),
  };
}

/**
 * Checks that a stream key can be sent as it is; says nothing of whether the server knows it.
 * @throws RtmpError `bad_key`, without the key
 */
export function checkStreamKey(key: string): void {
  if (key === "") throw badKey("is empty");
  if (UNUSABLE.test(key)) {
    throw badKey("has a space, a line end or an invisible character in it");
  }
  if (key.length > 4096) throw badKey("is longer than 4096 characters");
}

/** Shortest part of a URL that may be a key: shorter ones would blot out ordinary words. */
const SHORTEST_SECRET = 4;

function secretParts(app: string): string[] {
  const rest = /[/?].*$/.exec(app)?.[0].slice(1) ?? "";
  const parts = rest.split(/[/?&]/).flatMap((part) => [part, part.replace(/^[^=]*=/, "")]);
  return [...new Set([rest, ...parts])].filter((part) => part.length >= SHORTEST_SECRET);
}

function checkedHost(text: string): string {
  if (text.startsWith("[")) {
    if (!URL.canParse(`http://${text}/`)) throw bad("has an IPv6 address that is none");
    return text.slice(1, -1);
  }
  if (!URL.canParse(`http://${text}/`) || text.length > 253) throw bad("has no valid host name");
  // A name with the root's dot is the same host, and must be recognised as such.
  const name = text.toLowerCase().replace(/\.+$/, "");
  if (name === "") throw bad("has no valid host name");
  return name;
}

function bad(what: string): RtmpError {
  return new RtmpError(
    "bad_url",
    `The ingest URL ${what}. Copy it again from the platform's stream settings.`,
  );
}

function badKey(what: string): RtmpError {
  return new RtmpError(
    "bad_key",
    `The stream key ${what}. Copy it again from the platform's stream settings.`,
  );
}
