/**
 * Makes the packages that users download, on Linux: `deno task package [SYSTEM]…`. The same sources
 * give the same bytes; `SOURCE_DATE_EPOCH` sets the files' time.
 */
import { VERSION } from "../version.ts";
import { makePackages } from "./make_packages.ts";
import { denoCache } from "./fetch_deno.ts";
import { type Target, TARGETS } from "./targets.ts";

const DIST = "sidecar/packaging/dist";
/** The first moment that a zip archive can name. */
const FIRST_TIME_S = Date.UTC(1980, 0, 1) / 1000;

function chosenTargets(names: readonly string[]): readonly Target[] {
  if (names.length === 0) return TARGETS;
  return names.map((name) => {
    const target = TARGETS.find((candidate) => candidate.name === name);
    if (target !== undefined) return target;
    const known = TARGETS.map((candidate) => candidate.name).join(", ");
    throw new Error(`Unknown system "${name}". The systems are ${known}.`);
  });
}

if (import.meta.main) {
  Deno.chdir(new URL("../../", import.meta.url));
  const epoch = Number(Deno.env.get("SOURCE_DATE_EPOCH") || FIRST_TIME_S);
  await makePackages(chosenTargets(Deno.args), {
    out: DIST,
    cache: denoCache((name) => Deno.env.get(name)),
    timeS: Math.max(epoch, FIRST_TIME_S),
    version: VERSION,
    say: (line) => console.log(line),
  });
}
