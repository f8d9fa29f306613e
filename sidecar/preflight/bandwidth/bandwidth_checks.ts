import type { BandwidthReport, Finding } from "../../../shared/preflight.ts";
import type { Bandwidth, BandwidthProgress } from "../../rtmp/bandwidth.ts";
import { measureBandwidth } from "../../rtmp/measure_bandwidth.ts";
import { type Check, type CheckContext, fail, skipped } from "../check.ts";
import { LiveError, type LiveGuard } from "../live_guard.ts";
import type { NetworkAccess } from "../network/network_access.ts";
import { publishPermission } from "../network/publish_permission.ts";
import { serverFailure } from "../network/look_at_server.ts";
import { rounded } from "../obs/plain.ts";
import { ingestHost, type PlatformTarget } from "../platform_targets.ts";
import { bandwidthReport, judgeBandwidth } from "./judge_bandwidth.ts";
import type { PlanBitrate } from "./planned_bitrate.ts";

/** How much more than planned is sent, so that a reserve shows. */
const PACE = 1.2;

/** A server that does not acknowledge may need three times the test's length to take the rest. */
const LENGTHS = 4;

/** For connecting and the key, beside the test itself. */
const OVERHEAD_MS = 40_000;

/** What the bandwidth checks need. */
export interface BandwidthChecksOptions {
  targets: readonly PlatformTarget[];
  plan: PlanBitrate;
  durationMs: number;
  access: NetworkAccess;
  guard: LiveGuard;
}

/** A platform that may be published to, with the way to its key. */
interface Testable {
  target: PlatformTarget;
  keyFor(key: string): string;
}

/** The bandwidth to each platform that may be published to, then to all of them at once. */
export function bandwidthChecks(options: BandwidthChecksOptions): Check[] {
  const { targets, plan, guard } = options;
  const testable: Testable[] = [];
  const checks = targets.map((target) => {
    const permission = publishPermission({ ...target, host: ingestHost(target.url) ?? "" });
    if (!permission.allowed) return untested(target, permission.why);
    const one = { target, keyFor: permission.keyFor };
    testable.push(one);
    return tested(target.name, {
      name: `${target.label}: bandwidth`,
      platform: target.name,
      ...options,
      tests: [one],
      untestedKbps: () => Promise.resolve(0),
    });
  });
  if (targets.length < 2 || testable.length === 0) return checks;
  const others = targets.filter((target) => !testable.some((one) => one.target === target));
  const untestedKbps = async () => {
    const plans = await Promise.all(others.map(plan));
    return plans.reduce((sum, { kbps }) => sum + kbps, 0);
  };
  const all = tested("all", {
    name: "All platforms at once: bandwidth",
    platform: null,
    ...options,
    guard,
    tests: testable,
    untestedKbps,
  });
  return [...checks, all];
}

/** What a bandwidth test is going to do, for the user to read before it does. */
export function bandwidthNotice(
  targets: readonly PlatformTarget[],
  { durationMs }: { durationMs: number },
): string {
  const places = targets.flatMap((target) => {
    const host = ingestHost(target.url) ?? "";
    const permission = publishPermission({ ...target, host });
    return permission.allowed ? [`${target.label} (${host}, ${permission.note})`] : [];
  });
  if (places.length === 0) return "The bandwidth test has no platform that it may publish to.";
  const rounds = places.length > 1 ? "one after another, then at once, each time " : "";
  return `The bandwidth test publishes black and silence at 1.2 times your bitrate to ` +
    `${places.join(" and ")}, ${rounds}for ${rounded(durationMs / 1000, 0)} s.`;
}

function untested({ name, label }: PlatformTarget, why: string): Check {
  return {
    id: `bandwidth.${name}`,
    name: `${label}: bandwidth`,
    group: "bandwidth",
    platform: name,
    deadlineMs: 1000,
    run: () => Promise.resolve([skipped(why)]),
  };
}

interface Tested extends BandwidthChecksOptions {
  name: string;
  platform: string | null;
  tests: readonly Testable[];
  untestedKbps(): Promise<number>;
}

function tested(id: string, options: Tested): Check {
  const { name, platform, tests, plan, durationMs, guard } = options;
  return {
    id: `bandwidth.${id}`,
    name,
    group: "bandwidth",
    platform,
    deadlineMs: LENGTHS * durationMs + OVERHEAD_MS,
    async run(context) {
      const plans = await Promise.all(tests.map(({ target }) => plan(target)));
      const kbps = plans.reduce((sum, each) => sum + each.kbps, 0);
      try {
        const measured = await guard.during(
          context.signal,
          (signal) =>
            measureAll(plans.map((each) => PACE * each.kbps), { ...options, context, signal }),
        );
        const report = bandwidthReport(id, measured);
        context.measured(report);
        const untestedKbps = await options.untestedKbps();
        return withSource(judgeBandwidth(report, { kbps, untestedKbps }), {
          report,
          source: plans[0]?.source ?? "",
        });
      } catch (error) {
        return [failure(error)];
      }
    },
  };
}

async function measureAll(
  pacesKbps: readonly number[],
  { tests, durationMs, access, context, signal }: Tested & {
    context: CheckContext;
    signal: AbortSignal;
  },
): Promise<Bandwidth[]> {
  const latest = new Map<number, BandwidthProgress>();
  // One that fails ends the others: their rates would be those of fewer streams than planned.
  const failing = new AbortController();
  const together = AbortSignal.any([signal, failing.signal]);
  const results = await Promise.allSettled(tests.map(async ({ target, keyFor }, index) => {
    try {
      const key = await readKey(target);
      return await measureBandwidth({ url: target.url, key: keyFor(key) }, {
        ...access,
        signal: together,
        paceKbps: pacesKbps[index] ?? 0,
        durationMs,
        onProgress: (progress) => {
          latest.set(index, progress);
          context.progress(inWords([...latest.values()], durationMs));
        },
      });
    } catch (error) {
      failing.abort(error);
      throw error;
    }
  }));
  if (failing.signal.aborted) throw failing.signal.reason;
  return results.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
}

async function readKey({ label, readKey: read }: PlatformTarget): Promise<string> {
  using secret = await read();
  if (secret === null) throw new Error(`The stream key of ${label} is not in the vault any more.`);
  return secret.text();
}

function inWords(progress: readonly BandwidthProgress[], durationMs: number): string {
  const elapsedMs = Math.max(...progress.map((each) => each.elapsedMs));
  const left = `${rounded(Math.max(0, durationMs - elapsedMs) / 1000, 0)} s left`;
  const rates = progress.map(({ acknowledgedKbps }) => acknowledgedKbps);
  const kbps = rates.reduce<number | null>(
    (sum, each) => sum === null || each === null ? null : sum + each,
    0,
  );
  return kbps === null ? left : `${rounded(kbps / 1000, 1)} Mbit/s, ${left}`;
}

function withSource(
  findings: Finding[],
  { report, source }: { report: BandwidthReport; source: string },
): Finding[] {
  const steady = report.stability === null
    ? ""
    : ` Steadiness ${Math.round(report.stability * 100)} %.`;
  return findings.map((finding, index) =>
    index > 0 ? finding : { ...finding, seen: `${finding.seen}${steady} The plan is ${source}.` }
  );
}

function failure(error: unknown): Finding {
  if (error instanceof LiveError) return skipped(error.message);
  try {
    return serverFailure(error);
  } catch {
    const message = error instanceof Error ? error.message : String(error);
    return fail(message, { remedy: "Run the test again." });
  }
}
