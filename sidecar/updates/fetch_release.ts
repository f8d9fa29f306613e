import * as v from "valibot";
import { cleanText } from "../../shared/text.ts";
import { boundedText } from "../net/bounded_text.ts";
import { isVersion } from "./is_newer.ts";

/** An answer is a few hundred bytes. */
const MAX_CHARACTERS = 16_384;
const MAX_URL = 500;
const MAX_NOTES = 300;
const MAX_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** What the address in `[updates] url` answers: JSON with these. */
const ReleaseSchema = v.object({
  version: v.pipe(v.string(), v.maxLength(64), v.check(isVersion)),
  /** Where a person reads of it and gets it. */
  url: v.pipe(v.string(), v.maxLength(MAX_URL), v.check(isWebAddress)),
  /** One sentence or two. */
  notes: v.optional(v.pipe(v.string(), v.transform((text) => cleanText(text, MAX_NOTES)))),
});

/** The newest release. */
export type Release = v.InferOutput<typeof ReleaseSchema>;

/** What the address is asked with. */
export interface FetchReleaseOptions {
  fetch(url: string, init: RequestInit): Promise<Response>;
  signal: AbortSignal;
}

/**
 * Asks for the newest release. Nothing is told of this machine, and a redirect is followed on the
 * same host alone.
 * @throws if the address does not answer, or with something else
 */
export async function fetchRelease(
  address: string,
  { fetch, signal }: FetchReleaseOptions,
): Promise<Release> {
  let url = new URL(address);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await fetch(url.href, {
      redirect: "manual",
      headers: { accept: "application/json" },
      signal,
    });
    if (REDIRECTS.has(response.status)) {
      await response.body?.cancel();
      url = redirectTarget(response, url);
      continue;
    }
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`${url.host} answers with ${response.status}`);
    }
    return parseRelease(await boundedText(response, MAX_CHARACTERS), url.host);
  }
  throw new Error(`${url.host} sends from one address to the next`);
}

/** A release that was kept. @throws if it is none */
export function parseStoredRelease(value: unknown): Release {
  return v.parse(ReleaseSchema, value);
}

function parseRelease(text: string, host: string): Release {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`${host} answers with something else than JSON`, { cause });
  }
  const { success, output } = v.safeParse(ReleaseSchema, json);
  if (success) return output;
  throw new Error(`${host} does not name a version and an https address`);
}

function redirectTarget(response: Response, from: URL): URL {
  const target = URL.parse(response.headers.get("location") ?? "", from);
  if (target?.protocol === "https:" && target.host === from.host) return target;
  throw new Error(`${from.host} sends elsewhere, which is not followed`);
}

function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === "https:" && url.username === "" && cleanText(text, MAX_URL) === text;
}
