import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import type { ConfigEvent } from "../../../shared/api.ts";
import { defaultConfig } from "../../../shared/config.ts";
import type { PreflightReport } from "../../../shared/preflight.ts";
import { ApiError } from "../../../dock/api.ts";
import { createPreflight } from "../../../dock/models/preflight/preflight.ts";
import { exampleReport, runningReport } from "../example_preflight.ts";
import { settle } from "../fake_timers.ts";
import { freshDocument } from "../settings_stand_in.ts";

const CONFIG: ConfigEvent = { tick_ms: 500, theme: "dark", version: "v1", build: "b1" };

function world() {
  const link = {
    preflight: signal<PreflightReport | null>(null),
    config: signal<ConfigEvent | null>(CONFIG),
  };
  const asked: string[] = [];
  const answers = {
    latest: null as PreflightReport | null,
    runs: [] as PreflightReport[],
    refusal: null as ApiError | null,
  };
  const change = (what: string): Promise<void> => {
    asked.push(what);
    const { refusal } = answers;
    return refusal === null ? Promise.resolve() : Promise.reject(refusal);
  };
  const preflight = createPreflight({
    link,
    api: {
      preflight: () =>
        answers.latest === null
          ? Promise.reject(new ApiError("None yet.", { status: 404 }))
          : Promise.resolve(answers.latest),
      preflightRuns: () => Promise.resolve(answers.runs),
      startPreflight: (bandwidth) => change(bandwidth ? "start with bandwidth" : "start"),
      stopPreflight: () => change("stop"),
      readConfig: () => Promise.resolve({ document: freshDocument(), version: "v1" }),
    },
  });
  return { link, asked, answers, preflight };
}

Deno.test("reads the latest report and the runs when the page opens", async () => {
  const { answers, preflight } = world();
  assert.equal(preflight.isLoaded.value, false);
  const close = preflight.open();
  await settle();
  assert.equal(preflight.isLoaded.value, true);
  assert.equal(preflight.report.value, null);
  assert.equal(preflight.problem.value, null);
  close();
  answers.latest = exampleReport();
  answers.runs = [exampleReport({ id: "older" })];
  preflight.open();
  await settle();
  assert.equal(preflight.report.value, answers.latest);
  assert.deepEqual(preflight.runs.value, answers.runs);
});

Deno.test("follows a run live, and reads the runs again when it ends", async () => {
  const { link, answers, preflight } = world();
  preflight.open();
  await settle();
  link.preflight.value = runningReport();
  assert.equal(preflight.report.value, link.preflight.value);
  answers.runs = [exampleReport()];
  link.preflight.value = exampleReport();
  await settle();
  assert.equal(preflight.report.value?.verdict, "go");
  assert.equal(preflight.runs.value.length, 1);
});

Deno.test("takes no answer that is older than what the live stream told", async () => {
  const { link, answers, preflight } = world();
  answers.latest = runningReport();
  preflight.open();
  link.preflight.value = exampleReport();
  await settle();
  assert.equal(preflight.report.value?.finished_at, link.preflight.value.finished_at);
});

Deno.test("keeps the report of a sidecar that is gone, and says that it is one", async () => {
  const { link, answers, preflight } = world();
  preflight.open();
  await settle();
  link.preflight.value = runningReport();
  link.config.value = { ...CONFIG };
  await settle();
  assert.equal(preflight.isOrphan.value, true);
  assert.equal(preflight.report.value?.id, "run-2");
  answers.latest = exampleReport({ id: "next" });
  link.config.value = { ...CONFIG };
  await settle();
  assert.equal(preflight.isOrphan.value, false);
  assert.equal(preflight.report.value?.id, "next");
});

Deno.test("starts and stops, one question at a time, and tells why not", async () => {
  const { asked, answers, preflight } = world();
  const first = preflight.run();
  assert.equal(preflight.isAsking.value, true);
  await preflight.stop();
  await first;
  assert.deepEqual(asked, ["start"]);
  answers.refusal = new ApiError("The checks run already.", { status: 409 });
  await preflight.run();
  assert.equal(preflight.problem.value, "The checks run already.");
  assert.equal(preflight.isAsking.value, false);
  answers.refusal = null;
  await preflight.stop();
  assert.equal(preflight.problem.value, null);
  assert.deepEqual(asked, ["start", "start", "stop"]);
});

Deno.test("sends no bandwidth test before it was confirmed", async () => {
  const { asked, preflight } = world();
  await preflight.askBandwidth();
  const { bandwidth_test_duration } = defaultConfig().preflight;
  assert.equal(preflight.question.value?.durationS, bandwidth_test_duration);
  preflight.forgetBandwidth();
  assert.equal(preflight.question.value, null);
  assert.deepEqual(asked, []);
  await preflight.askBandwidth();
  await preflight.runBandwidth();
  assert.equal(preflight.question.value, null);
  assert.deepEqual(asked, ["start with bandwidth"]);
});
