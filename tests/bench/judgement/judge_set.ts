/** Puts sets of evenings before the judge. */
import { INCIDENT_KINDS, makeEvening, seedOf } from "./evening.ts";
import { RecordedWorld } from "./recorded_world.ts";
import { readRecording } from "./recording.ts";
import { type Score, scoreEvening } from "./score.ts";
import { SimulatedWorld } from "./simulated_world.ts";
import { watchWorld } from "./watch_world.ts";

/** Where the recordings of a real OBS lie. */
export const RECORDINGS = new URL("../../fixtures/incidents/", import.meta.url).pathname;

/** How long an evening with an incident is watched. */
const INCIDENT_MINUTES = 10;

/** How long a healthy one is. */
const HEALTHY_MINUTES = 60;

/** From here on seeds are those of healthy hours. */
const HEALTHY_SEEDS = 100_000;

/** Which evenings: those that the rules were tuned on, or those they are judged by. */
export type EveningSet = "tuning" | "judged";

/** Simulated evenings, each kind of incident in turn. */
export async function judgeEvenings(
  { count, set, say = () => {} }: {
    count: number;
    set: EveningSet;
    say?: (line: string) => void;
  },
): Promise<Score[]> {
  const scores: Score[] = [];
  for (let index = 0; index < count; index++) {
    const kind = INCIDENT_KINDS[index % INCIDENT_KINDS.length] ?? "nothing";
    scores.push(await judgeSeed(seedOf(index, set), { kind, minutes: INCIDENT_MINUTES }));
    if (index % 50 === 49) say(`${index + 1} of ${count} evenings`);
  }
  return scores;
}

/** Simulated hours in which nothing is wrong. */
export async function judgeHealthyHours(
  { hours, set, say = () => {} }: {
    hours: number;
    set: EveningSet;
    say?: (line: string) => void;
  },
): Promise<Score[]> {
  const scores: Score[] = [];
  for (let index = 0; index < hours; index++) {
    const seed = HEALTHY_SEEDS + seedOf(index, set);
    scores.push(await judgeSeed(seed, { kind: "nothing", minutes: HEALTHY_MINUTES }));
    if (index % 20 === 19) say(`${index + 1} of ${hours} healthy hours`);
  }
  return scores;
}

/** The recordings of a real OBS, by their files' names. */
export async function judgeRecordings(): Promise<{ name: string; score: Score }[]> {
  const names = [...Deno.readDirSync(RECORDINGS)].map(({ name }) => name)
    .filter((name) => name.endsWith(".jsonl.gz")).sort();
  const judged: { name: string; score: Score }[] = [];
  for (const name of names) {
    const world = new RecordedWorld(await readRecording(RECORDINGS + name));
    const told = await watchWorld(world);
    judged.push({ name, score: scoreEvening(world.truth(), told) });
  }
  return judged;
}

async function judgeSeed(
  seed: number,
  plan: Parameters<typeof makeEvening>[1],
): Promise<Score> {
  const evening = makeEvening(seed, plan);
  const world = new SimulatedWorld(evening);
  const told = await watchWorld(world, { kbps: evening.kbps });
  return scoreEvening(world.truth(), told);
}
