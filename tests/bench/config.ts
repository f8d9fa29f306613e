import { openConfig } from "../../sidecar/config/load_config.ts";
import { parseConfig } from "../../sidecar/config/parse_config.ts";
import { readConfig, saveConfig } from "../../sidecar/config/save_config.ts";
import { configTemplate } from "../../sidecar/config/template.ts";
import { createRandom } from "../../sidecar/demo/random.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { withDeadline } from "../../sidecar/time/deadline.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { watchBridge } from "./bridge_watch.ts";
import { percentiles } from "./format.ts";
import type { Findings, Section, SectionTools } from "./section.ts";
import { summarise } from "./statistics.ts";

const LOADS = 300;
const CHANGES = 40;
const TICK_MS = 100;

/** How often the sidecar looks at the file: see heartbeat.ts. */
const LOOK_MS = 1000;

/** How long settings take from the file into force. */
export const config: Section = {
  name: "config",
  title: "Settings: config.toml loaded, saved, and in force",
  needs: [],
  run: measure,
};

async function measure({ folder, say }: SectionTools): Promise<Findings> {
  say("loading and saving");
  const path = `${folder}/config.toml`;
  const lock = `${folder}/config.lock`;
  await Deno.writeTextFile(path, configTemplate());
  const load = await times(LOADS, () => openConfig(path, { log: silentLog }));
  const parse = await times(LOADS, () => Promise.resolve(parseConfig(configTemplate())));
  let port = 5000;
  const save = await times(LOADS, async () => {
    const { version } = await readConfig(path);
    await saveConfig(path, { api: { port: ++port } }, { version, lock });
  });
  say(`${CHANGES} changes of a running sidecar`);
  const effect = await timesToEffect(`${folder}/home`, `${folder}/data`);
  return {
    rows: [
      row("config.toml of the first start: read, checked", load, {
        baseline: `parsed and checked without reading: ${percentiles(summarise(parse))}`,
      }),
      row("a change read, written and checked (with fsync)", save),
      row("file saved by an editor → in bridge.json", effect, {
        baseline:
          `of these, up to ${LOOK_MS} ms until the file is looked at, 50 ms the wait for the end of the ` +
          `save, and up to ${TICK_MS} ms the tick`,
      }),
    ],
    notes: [
      "The effect is an alert that a new limit brings about or ends, watched in bridge.json. " +
      `Changes come at random moments between two looks; the sidecar's tick is ${TICK_MS} ms.`,
    ],
  };
}

async function timesToEffect(home: string, dataDir: string): Promise<number[]> {
  await Deno.mkdir(home);
  await Deno.mkdir(dataDir);
  const text = (limit: number) =>
    `[engine]\nbridge_update_rate = ${TICK_MS}\n[alerts]\nslow_hold = 0\nslow_recovery = 0\n` +
    `memory_warning = ${limit}\n`;
  await using sidecar = await startSidecarPeer({ home, dataDir, config: text(100) });
  using watch = watchBridge(sidecar.dataDir);
  const found: number[] = [];
  const random = createRandom(1);
  for (let change = 0; change < CHANGES; change++) {
    // At any phase of the sidecar's looks and ticks.
    await new Promise((resolve) => setTimeout(resolve, random.next() * LOOK_MS));
    const warns = change % 2 === 0;
    const inForce = watch.next(({ health }) =>
      health.alerts.some(({ id }) => id === "memory_full") === warns
    );
    const before = performance.now();
    await Deno.writeTextFile(`${sidecar.dataDir}/config.toml`, text(warns ? 0 : 100));
    found.push(await withDeadline(inForce, { ms: 10_000, what: "the sidecar" }) - before);
  }
  return found;
}

async function times(count: number, run: () => Promise<unknown>): Promise<number[]> {
  const found: number[] = [];
  for (let time = 0; time < count; time++) {
    const before = performance.now();
    await run();
    found.push(performance.now() - before);
  }
  return found;
}

function row(what: string, figures: number[], { baseline = "" } = {}) {
  const measured = summarise(figures);
  return {
    what,
    promise: "",
    kept: null,
    measured: percentiles(measured),
    baseline,
    runs: String(measured.count),
  };
}
