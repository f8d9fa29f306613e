import * as v from "valibot";
import { PreflightReportSchema } from "../../shared/preflight.ts";
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { withDeadline } from "../../sidecar/time/deadline.ts";
import { startRtmpServer } from "../peers/rtmp_server.ts";
import { type PreflightRig, preflightRig } from "../preflight/preflight_rig.ts";
import { milliseconds } from "./format.ts";
import type { Findings, Section, SectionTools } from "./section.ts";
import { summarise, type Summary } from "./statistics.ts";

const RUNS = 5;
const MOST_MS = 5000;
const PLATFORMS = ["one", "two", "three", "four"];

/** How long the checks before a stream take. */
export const preflight: Section = {
  name: "preflight",
  title: "Pre-flight: a whole run for four platforms, without the bandwidth test",
  needs: [],
  run: measure,
};

async function measure({ say }: SectionTools): Promise<Findings> {
  await using rig = await preflightRig();
  await using servers = new AsyncDisposableStack();
  const urls = PLATFORMS.map(() => servers.use(startRtmpServer()).url);
  const obs = await startSimulatedObs();
  servers.defer(() => obs.close());
  const off = ["twitch", "youtube", "kick"].map((name) => `[platforms.${name}]\nenabled = false\n`);
  const on = PLATFORMS.map((name, index) =>
    `[platforms.${name}]\ningest_url = "${urls[index]}"\ntest_key = true\n`
  );
  await rig.configure(
    `[obs]\nhost = "127.0.0.1"\nport = ${obs.port}\n${[...off, ...on].join("")}`,
  );
  for (const name of PLATFORMS) await rig.setKey(name, "127.0.0.1");
  const checks: number[] = [];
  const whole: number[] = [];
  for (let run = 1; run <= RUNS; run++) {
    say(`run ${run} of ${RUNS}`);
    const began = performance.now();
    checks.push(await oneRun(rig));
    whole.push(performance.now() - began);
  }
  const row = (what: string, summary: Summary, promise: number | null) => ({
    what,
    promise: promise === null ? "" : `≤ ${milliseconds(promise)}`,
    kept: promise === null ? null : summary.max <= promise,
    measured: `median ${milliseconds(summary.p50)}, max ${milliseconds(summary.max)}`,
    baseline: "3 s of test stream to each key, 3 s of listening to the microphone",
    runs: String(RUNS),
  });
  return {
    rows: [
      row("first check begun → last one ended", summarise(checks), MOST_MS),
      row("the command, from its start to its end", summarise(whole), null),
    ],
    notes: [
      "A simulated OBS and four ingest servers on this machine, which all answer at once; a key is " +
      "tried on each. Servers that are far away add some round trips each, side by side.",
    ],
  };
}

/** Milliseconds that the checks of one run took; those of the platforms must have passed. */
async function oneRun(rig: PreflightRig): Promise<number> {
  const run = rig.run("--json");
  const { stdout, stderr } = await withDeadline(run, { ms: 60_000, what: "the command" });
  if (stdout === "") throw new Error(`The command printed nothing but: ${stderr}`);
  const report = v.parse(PreflightReportSchema, JSON.parse(stdout));
  const passed = report.checks.filter(({ group, status }) =>
    group === "network" && status === "pass"
  );
  if (passed.length !== PLATFORMS.length) throw new Error(`A platform did not pass: ${stdout}`);
  return (report.finished_at ?? 0) - report.started_at;
}
