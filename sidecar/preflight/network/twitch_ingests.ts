import * as v from "valibot";
import type { Finding } from "../../../shared/preflight.ts";
import { cleanText } from "../../../shared/text.ts";
import { boundedText } from "../../net/bounded_text.ts";
import { type Ingest, parseIngestUrl } from "../../rtmp/ingest_url.ts";
import type { Clock } from "../../time/clock.ts";
import { type Check, pass, skipped, warning } from "../check.ts";
import { rounded } from "../obs/plain.ts";
import { connectTimes } from "./connect_times.ts";
import type { NetworkAccess } from "./network_access.ts";

/** Twitch's list of its servers, nearest to the asker first (dev.twitch.tv, "Ingests"). */
const LIST_URL = "https://ingest.twitch.tv/ingests";

/** Servers that are compared. */
const COMPARED = 3;

/** The list changes seldom. */
const LIST_LIFE_MS = 3_600_000;

/** The list has some 30 KB. */
const MAX_LIST_LENGTH = 500_000;

/** The user's server may be this much slower, in ms and as a factor, before it is told. */
const SLOWER_MS = 20;
const SLOWER_FACTOR = 1.5;

const ListSchema = v.object({
  ingests: v.array(v.object({
    name: v.string(),
    priority: v.optional(v.number(), 0),
    url_template_secure: v.string(),
  })),
});

/** One of Twitch's servers. */
export interface TwitchIngest {
  name: string;
  ingest: Ingest;
}

/** Gives Twitch's nearest servers. @throws if the list cannot be had */
export type TwitchIngests = (signal: AbortSignal) => Promise<readonly TwitchIngest[]>;

/** Makes the function that asks Twitch for its servers, once an hour at most. */
export function createTwitchIngests(
  { fetch, clock }: {
    fetch(url: string, init: RequestInit): Promise<Response>;
    clock: Clock;
  },
): TwitchIngests {
  let kept: { nearest: readonly TwitchIngest[]; atMs: number } | null = null;
  return async (signal) => {
    if (kept !== null && clock.monotonic() - kept.atMs < LIST_LIFE_MS) return kept.nearest;
    const answer = await fetch(LIST_URL, { signal, redirect: "error" });
    if (!answer.ok) {
      await answer.body?.cancel();
      throw new Error(`Twitch answers with ${answer.status}`);
    }
    const nearest = readIngests(await boundedText(answer, MAX_LIST_LENGTH));
    kept = { nearest, atMs: clock.monotonic() };
    return nearest;
  };
}

/** The nearest servers out of Twitch's list. @throws if it is something else */
export function readIngests(text: string): TwitchIngest[] {
  const { ingests } = v.parse(ListSchema, JSON.parse(text));
  const nearest = ingests
    .toSorted((a, b) => a.priority - b.priority)
    .flatMap(({ name, url_template_secure: url }): TwitchIngest[] => {
      try {
        // "rtmps://host/app/{stream_key}"
        const ingest = parseIngestUrl(url.replace(/\/?\{stream_key\}$/, ""));
        return [{ name: cleanText(name, 60) || ingest.host, ingest }];
      } catch {
        return [];
      }
    });
  if (nearest.length === 0) throw new Error("Twitch's list names no server");
  return nearest.slice(0, COMPARED);
}

/** Compares the user's server with Twitch's nearest. */
export function twitchIngestsCheck(
  { platform, url }: { platform: string; url: string },
  { ingests, access }: { ingests: TwitchIngests; access: NetworkAccess },
): Check {
  return {
    id: `network.${platform}.servers`,
    name: "Twitch: nearest servers",
    group: "network",
    platform,
    deadlineMs: 8 * access.stepMs,
    async run({ signal }) {
      let nearest: readonly TwitchIngest[];
      try {
        nearest = await ingests(AbortSignal.any([signal, AbortSignal.timeout(access.stepMs)]));
      } catch {
        return [skipped("Twitch's list of servers could not be had, so none were compared.")];
      }
      const time = async (ingest: Ingest) => {
        try {
          const { host: hostname, port } = ingest;
          return (await connectTimes({ hostname, port }, { access, signal })).medianMs;
        } catch {
          return null;
        }
      };
      const times = await Promise.all(nearest.map(async ({ name, ingest }) => ({
        name,
        host: ingest.host,
        ms: await time(ingest),
      })));
      return [judgeServers(times, { yours: await time(parseIngestUrl(url)) })];
    },
  };
}

/** What the times to servers, null for one that does not answer, mean. */
export function judgeServers(
  servers: readonly { name: string; host: string; ms: number | null }[],
  { yours }: { yours: number | null },
): Finding {
  const answering = servers
    .flatMap(({ ms, ...server }) => ms === null ? [] : [{ ...server, ms }])
    .toSorted((a, b) => a.ms - b.ms);
  const [best] = answering;
  if (best === undefined) return skipped("None of Twitch's nearest servers took a connection.");
  const list = answering.map(({ name, ms }) => `${name} ${rounded(ms, 0)} ms`).join(", ");
  const own = yours === null ? "yours does not answer" : `yours ${rounded(yours, 0)} ms`;
  const seen = `Twitch's nearest servers: ${list}; ${own}.`;
  const isSlow = yours === null || yours > best.ms + SLOWER_MS && yours > best.ms * SLOWER_FACTOR;
  if (!isSlow) return pass(seen);
  return warning(seen, {
    remedy: `In OBS: Settings > Stream > Server: ${best.name}. In config.toml: ` +
      `ingest_url = "rtmps://${best.host}/app".`,
  });
}
