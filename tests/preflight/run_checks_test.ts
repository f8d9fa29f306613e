import assert from "node:assert/strict";
import * as v from "valibot";
import { type PreflightReport, PreflightReportSchema } from "../../shared/preflight.ts";
import { type Check, fail, pass, skipped, warning } from "../../sidecar/preflight/check.ts";
import { runChecks } from "../../sidecar/preflight/run_checks.ts";
import { FakeTime } from "../fake_time.ts";

type Run = Check["run"];

function check(id: string, run: Run, changes: Partial<Check> = {}): Check {
  return { id, name: id, group: "obs", platform: null, deadlineMs: 5000, run, ...changes };
}

/** A run under a time of the test's own. */
function begin(checks: Check[]) {
  const time = new FakeTime().install();
  const stopping = new AbortController();
  const reports: PreflightReport[] = [];
  const run = runChecks({
    id: "one",
    checks,
    clock: time,
    signal: stopping.signal,
    onReport: (report) => reports.push(report),
  });
  return { time, stopping, reports, run };
}

function statuses({ checks }: PreflightReport): string[] {
  return checks.map(({ id, status }) => `${id} ${status}`);
}

const never: Run = () => new Promise(() => {});

Deno.test("warnings and what was skipped are no failure", async () => {
  const checks = [
    check("a", () => Promise.resolve([pass("fine")])),
    check("b", () => Promise.resolve([pass("x"), warning("hm", { remedy: "look" })])),
    check("c", () => Promise.resolve([skipped("not set up")])),
    check("d", () => Promise.resolve([])),
  ];
  const { time, run, reports } = begin(checks);
  using _ = time;
  const report = await run;
  assert.deepEqual(statuses(report), ["a pass", "b warning", "c skipped", "d skipped"]);
  assert.equal(report.verdict, "go");
  for (const each of reports) v.parse(PreflightReportSchema, each);
  assert.deepEqual(reports[0] && statuses(reports[0]), [
    ...["a waiting", "b waiting", "c waiting", "d waiting"],
  ]);
});

Deno.test("one failure is a no-go", async () => {
  const { time, run } = begin([check("a", () => Promise.resolve([fail("no", { remedy: "do" })]))]);
  using _ = time;
  assert.equal((await run).verdict, "no-go");
});

Deno.test("a check that does not end in its deadline has failed, and the run goes on", async () => {
  let told: AbortSignal | null = null;
  const hanging = check("hangs", ({ signal }) => {
    told = signal;
    return new Promise(() => {});
  }, { deadlineMs: 2000 });
  const { time, run } = begin([hanging, check("b", () => Promise.resolve([pass("fine")]))]);
  using _ = time;
  await time.pass(2600);
  const report = await run;
  assert.deepEqual(statuses(report), ["hangs fail", "b pass"]);
  assert.match(report.checks[0]?.findings[0]?.seen ?? "", /did not end within 2 s/);
  assert.ok(report.checks[0]?.findings[0]?.remedy);
  assert.equal((told as AbortSignal | null)?.aborted, true);
});

Deno.test("a late check that a stream does without is skipped with the reason", async () => {
  const { time, run } = begin([check("push", never, { deadlineMs: 2000, lateStatus: "skipped" })]);
  using _ = time;
  await time.pass(2600);
  const report = await run;
  assert.deepEqual([...statuses(report), report.verdict], ["push skipped", "go"]);
  assert.match(report.checks[0]?.findings[0]?.seen ?? "", /did not end within 2 s/);
});

Deno.test("a check that throws has failed with the error's message, at once or later", async () => {
  const checks = [
    check("now", () => {
      throw new Error("first\u0007 fault");
    }),
    check("later", () => Promise.reject(new Error("second fault"))),
  ];
  const { time, run } = begin(checks);
  using _ = time;
  const report = await run;
  assert.deepEqual(statuses(report), ["now fail", "later fail"]);
  assert.match(report.checks[0]?.findings[0]?.seen ?? "", /first ?fault/);
  assert.equal(report.verdict, "no-go");
});

Deno.test("the bandwidth is tested after the others, one after another", async () => {
  const log: string[] = [];
  const logged = (id: string, group: Check["group"]) =>
    check(id, async ({ progress, measured }) => {
      log.push(`${id} begins`);
      progress("half\nway");
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (group === "bandwidth") {
        measured({
          ...{ platform: id, sustained_kbps: 1, limited_by: "pace", pace_kbps: 1 },
          ...{ stability: null, backlog_ms: 0, recommended_kbps: 1, method: "drain" },
        });
      }
      log.push(`${id} ends`);
      return [pass("fine")];
    }, { group });
  const { time, run, reports } = begin([
    logged("b1", "bandwidth"),
    logged("b2", "bandwidth"),
    logged("a", "network"),
    logged("c", "machine"),
  ]);
  using _ = time;
  await time.pass(1000);
  const report = await run;
  assert.deepEqual(log, [
    ...["a begins", "c begins", "a ends", "c ends"],
    ...["b1 begins", "b1 ends", "b2 begins", "b2 ends"],
  ]);
  assert.deepEqual(report.bandwidth.map(({ platform }) => platform), ["b1", "b2"]);
  assert.ok(reports.some(({ checks }) => checks[2]?.progress === "half way"));
  assert.equal(report.checks[2]?.progress, null);
  assert.equal(report.checks[2]?.duration_ms, 100);
});

Deno.test("a stopped run has no verdict, says why, and begins nothing more", async () => {
  let begun = 0;
  const checks = [
    check("done", () => Promise.resolve([pass("fine")])),
    check("hangs", never),
    check("not begun", () => {
      begun++;
      return Promise.resolve([]);
    }, { group: "bandwidth" }),
  ];
  const { time, run, stopping } = begin(checks);
  using _ = time;
  await time.pass(100);
  stopping.abort(new Error("You stopped it."));
  await time.pass(500);
  const report = await run;
  assert.deepEqual(statuses(report), ["done pass", "hangs skipped", "not begun skipped"]);
  assert.deepEqual([report.verdict, report.stopped, begun], [null, "You stopped it.", 0]);
});

Deno.test("a stopped check may say farewell before the run ends", async () => {
  let farewell = false;
  const publishes: Run = async ({ signal }) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    await new Promise((resolve) => setTimeout(resolve, 200));
    farewell = true;
    throw new Error("aborted");
  };
  const { time, run, stopping } = begin([check("publishes", publishes)]);
  using _ = time;
  await time.pass(10);
  stopping.abort(new Error("Enough."));
  await time.pass(250);
  assert.deepEqual(statuses(await run), ["publishes skipped"]);
  assert.ok(farewell);
});
