/** One short listen to what OBS streams. */
import type { Clock } from "../time/clock.ts";
import { parseMeters } from "./audio_levels.ts";
import { readRoute, ROUTE_QUESTIONS } from "./audio_route.ts";
import type { ObsRequest, ObsSession } from "./session.ts";

/** Most inputs whose route is asked for in one batch: OBS answers other clients between two. */
const BATCH_SIZE = 25;

/** What a sample needs of a connection to OBS. */
export type MeteredSession = Pick<ObsSession, "batch" | "listenToMeters">;

/** How to listen. */
export interface SampleOptions {
  /** Tracks that are streamed, 1 to 6. */
  tracks: ReadonlySet<number>;
  /** dBFS from which on something is heard. */
  levelDb: number;
  /** Longest time to listen, in milliseconds. */
  ms: number;
  /** Aborted when OBS must not be asked any more. */
  signal: AbortSignal;
  clock: Clock;
}

/** What was heard: anything at all, or which inputs should have been. */
export type Heard = { silent: false } | { silent: true; inputs: string[] };

/**
 * Listens until an input on a streamed track is heard, after fader and mute: most often OBS's first
 * event, of 20 a second, is enough.
 * @returns null if that was cut short, or OBS sent no levels
 * @throws if OBS does not answer
 */
export async function sampleSilence(
  session: MeteredSession,
  options: SampleOptions,
): Promise<Heard | null> {
  const { tracks, levelDb, ms, signal, clock } = options;
  const least = 10 ** (levelDb / 20);
  const active = new Set<string>();
  const elsewhere = new Set<string>();
  const endMs = clock.monotonic() + ms;
  let events = 0;

  /** Inputs that are heard and not known to go elsewhere. */
  async function listen(): Promise<Set<string>> {
    const loud = new Set<string>();
    const enough = new AbortController();
    await session.listenToMeters((data) => {
      events++;
      for (const [name, { output }] of parseMeters(data)) {
        active.add(name);
        if (output >= least && !elsewhere.has(name)) loud.add(name);
      }
      if (loud.size > 0) enough.abort();
    }, {
      ms: endMs - clock.monotonic(),
      signal: AbortSignal.any([signal, enough.signal]),
    });
    return loud;
  }

  while (clock.monotonic() < endMs) {
    const loud = await listen();
    if (signal.aborted) return null;
    if (loud.size === 0) break;
    const streamed = await onTracks(session, { names: [...loud], tracks, signal });
    if (signal.aborted) return null;
    if (streamed.length > 0) return { silent: false };
    for (const name of loud) elsewhere.add(name);
  }
  if (events === 0) return null;
  const inputs = await onTracks(session, { names: [...active], tracks, signal });
  return signal.aborted ? null : { silent: true, inputs };
}

/** Those of the inputs that are mixed into one of the tracks, as far as OBS tells. */
async function onTracks(
  session: MeteredSession,
  { names, tracks, signal }: {
    names: readonly string[];
    tracks: ReadonlySet<number>;
    signal: AbortSignal;
  },
): Promise<string[]> {
  const found: string[] = [];
  for (let from = 0; from < names.length && !signal.aborted; from += BATCH_SIZE) {
    const some = names.slice(from, from + BATCH_SIZE);
    const answers = await session.batch(
      some.flatMap((inputName): ObsRequest[] =>
        ROUTE_QUESTIONS.map((requestType) => ({ requestType, requestData: { inputName } }))
      ),
    );
    some.forEach((name, i) => {
      const from = i * ROUTE_QUESTIONS.length;
      const route = readRoute(answers.slice(from, from + ROUTE_QUESTIONS.length));
      const isOn = route.tracks === null || route.tracks.intersection(tracks).size > 0;
      if (isOn && !route.monitorOnly) found.push(name);
    });
  }
  return found;
}
