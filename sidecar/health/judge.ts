import type { Alert, AlertRecord } from "../../shared/alert.ts";
import type { AlertEvent } from "../../shared/api.ts";
import type { CollectorName } from "../../shared/collector_names.ts";
import { defaultConfig } from "../../shared/config.ts";
import type { CollectorHealth, Health, HealthLevel } from "../../shared/telemetry.ts";
import type { Figures } from "../snapshot/assemble.ts";
import type { Clock } from "../time/clock.ts";
import { Case, type Handling, type Moment, rank } from "./case.ts";
import { eased } from "./eased.ts";
import { RecentFigures } from "./recent.ts";
import { type Finding, type Judged, type Rule, SINCE } from "./rule.ts";
import { type AlertSettings, alertSettings, type Pace, type Thresholds } from "./thresholds.ts";

/** What a judge needs. */
export interface JudgeOptions {
  rules: readonly Rule[];
  clock: Clock;
  /** What the user set, asked at every verdict; without it the defaults. */
  settings?(): AlertSettings;
  /** Whether OBS said goodbye before it went away: then its user wanted that. */
  hasObsExited?(): boolean;
  /** Whether OBS runs on, and only the sidecar can see it no longer. */
  isShutOut?(): boolean;
  /** Told of every alert that fires, gets worse than it was, or is over; within the verdict. */
  onChange?(event: AlertEvent): void;
}

/** What is judged. */
export interface Evidence {
  figures: Figures;
  collectors: Record<CollectorName, CollectorHealth>;
  /** Trouble that parts of the sidecar tell by themselves. */
  notices: readonly Finding[];
}

/** Id of the alert that OBS went away in the middle of a stream or recording. */
const OBS_LOST = "obs_lost";

/** How long after OBS went away nobody waits for it any more: the stream is over. */
const GIVEN_UP_MS = 15 * 60_000;

/** How long a collector must fail before it is told. */
const COLLECTOR_PACE: Pace = { holdMs: 10_000, recoveryMs: 0 };

/** What is told at once, and as long as it lasts. */
const AT_ONCE: Pace = { holdMs: 0, recoveryMs: 0 };

/** Turns figures into a verdict: alerts that neither flap nor forget when they began. */
export class Judge {
  readonly #rules: readonly Rule[];
  readonly #clock: Clock;
  readonly #settings: () => AlertSettings;
  readonly #hasObsExited: () => boolean;
  readonly #isShutOut: () => boolean;
  readonly #onChange: (event: AlertEvent) => void;
  readonly #cases = new Map<string, Case>();
  readonly #recent = new RecentFigures();
  #wasLive = false;
  /** When OBS went away while it was live, on the monotonic clock; null if it did not. */
  #lostAtMs: number | null = null;

  constructor(options: JudgeOptions) {
    const { rules, clock, settings = usual() } = options;
    this.#rules = rules;
    this.#clock = clock;
    this.#settings = settings;
    this.#hasObsExited = options.hasObsExited ?? (() => false);
    this.#isShutOut = options.isShutOut ?? (() => false);
    this.#onChange = options.onChange ?? (() => {});
  }

  /** What is pending or fires, the newest first. */
  open(): AlertRecord[] {
    return [...this.#cases.values()].map((known) => known.record())
      .toSorted((a, b) => b.since - a.since);
  }

  /** The verdict on a snapshot's figures. */
  judge({ figures, collectors, notices }: Evidence): Health {
    const { enabled, thresholds, paces, windowMs } = this.#settings();
    const at: Moment = { now: this.#clock.now(), nowMs: this.#clock.monotonic() };
    if (figures.obs.connected !== true) this.#forgetObs(at);
    const span = { nowMs: at.nowMs, spanMs: windowMs };
    if (this.#recent.update(figures, span)) this.#forgetPending(at);
    const judged = { ...figures, recent: this.#recent.read(figures, span) };
    const holds = new Map<string, number>();
    for (const rule of this.#rules) {
      const { id, pace: named, yieldsTo = [] } = rule;
      const pace = !enabled ? AT_ONCE : typeof named === "string" ? paces[named] : named;
      holds.set(id, pace.holdMs);
      this.#follow(id, {
        at,
        pace,
        findings: enabled ? this.#find(rule, judged, thresholds) : [],
        outdoneBy: (subject) => this.#outdoneBy(subject, { yieldsTo, holds, pace }),
      });
    }
    const lost = this.#lostObs(figures, at);
    this.#follow(OBS_LOST, { at, pace: AT_ONCE, findings: enabled ? lost : [] });
    const failing = collectorFindings(collectors);
    this.#follow("collector", { at, pace: COLLECTOR_PACE, findings: failing });
    this.#follow("sidecar", { at, pace: AT_ONCE, findings: notices });
    const alerts = this.#alerts();
    const overall = enabled ? overallOf(alerts, figures) : "unknown";
    return { overall, alerts, collectors };
  }

  /** What a rule finds, and what it told already and is not yet better by a margin. */
  #find({ id, find }: Rule, judged: Judged, thresholds: Thresholds): Finding[] {
    const findings = find(judged, thresholds);
    // Most of the time there is nothing that could linger.
    if (this.#cases.size === 0) return findings;
    const found = new Set(findings.map(({ subject }) => keyOf(id, subject)));
    const isUnsure = [...this.#cases].some(([key, { firing }]) =>
      firing && isOf(key, id) && !found.has(key)
    );
    if (!isUnsure) return findings;
    const lingering = find(judged, eased(thresholds)).filter(({ subject }) => {
      const key = keyOf(id, subject);
      return !found.has(key) && this.#cases.get(key)?.firing === true;
    });
    return [...findings, ...lingering];
  }

  /** OBS went away in the middle of a stream or recording, and may yet come back. */
  #lostObs({ obs }: Figures, { nowMs }: Moment): Finding[] {
    if (obs.connected) {
      this.#wasLive = obs.streaming === true || obs.recording === true;
      this.#lostAtMs = null;
      return [];
    }
    this.#wasLive &&= !this.#hasObsExited();
    if (!this.#wasLive) return [];
    const where = { metric: "obs.connected", value: 0 };
    if (this.#isShutOut()) {
      return [{
        ...where,
        severity: "warning",
        message: "The sidecar cannot see OBS any more, which was live. In OBS: Tools > " +
          "WebSocket Server Settings > Enable WebSocket server.",
      }];
    }
    this.#lostAtMs ??= nowMs;
    if (nowMs - this.#lostAtMs >= GIVEN_UP_MS) {
      this.#wasLive = false;
      this.#cases.get(OBS_LOST)?.retell(
        `OBS went away while it was live and did not come back${SINCE}: the stream is over.`,
      );
      return [];
    }
    return [{
      ...where,
      severity: "critical",
      message: `OBS has not answered${SINCE}: it crashed or hangs. Restart OBS and the stream.`,
    }];
  }

  /** What OBS's figures showed says nothing any more once OBS is gone. */
  #forgetObs(at: Moment): void {
    for (const [key, known] of this.#cases) {
      if (key !== OBS_LOST && known.finding.metric.startsWith("obs.")) this.#end(known, at);
    }
  }

  /** After a gap nobody knows whether what was seen before it has lasted. */
  #forgetPending(at: Moment): void {
    for (const known of this.#cases.values()) if (!known.firing) this.#end(known, at);
  }

  #follow(
    id: string,
    { at, pace: { holdMs, recoveryMs }, findings, outdoneBy = () => null }: {
      at: Moment;
      pace: Pace;
      findings: readonly Finding[];
      outdoneBy?: (subject: string | undefined) => Handling["outdoneBy"];
    },
  ): void {
    if (findings.length === 0 && this.#cases.size === 0) return;
    const seen = new Set<string>();
    for (const finding of findings) {
      // It is over, though it is found for some time after.
      const { seenMsAgo = 0 } = finding;
      if (seenMsAgo > 0 && seenMsAgo >= recoveryMs) continue;
      const key = keyOf(id, finding.subject);
      const current = this.#cases.get(key) ?? new Case(key, finding, at);
      const handling = { holdMs, outdoneBy: outdoneBy(finding.subject) ?? null };
      const isToTell = current.see(finding, at, handling);
      seen.add(key);
      this.#cases.set(key, current);
      if (isToTell) this.#onChange({ state: "firing", alert: current.record() });
    }
    for (const [key, known] of this.#cases) {
      if (!isOf(key, id) || seen.has(key)) continue;
      if (known.isOver({ nowMs: at.nowMs, recoveryMs })) this.#end(known, at);
    }
  }

  /** Whether worse trouble of the same thing is told, or waits and will be told no later. */
  #outdoneBy(
    subject: string | undefined,
    { yieldsTo, holds, pace }: {
      yieldsTo: readonly string[];
      holds: ReadonlyMap<string, number>;
      pace: Pace;
    },
  ): Handling["outdoneBy"] {
    let waits = false;
    for (const worse of yieldsTo) {
      const known = this.#cases.get(keyOf(worse, subject));
      if (known?.firing) return "is told";
      waits ||= known !== undefined && (holds.get(worse) ?? 0) <= pace.holdMs;
    }
    return waits ? "waits" : null;
  }

  #end(known: Case, at: Moment): void {
    this.#cases.delete(known.id);
    if (!known.firing) return;
    known.end(at);
    this.#onChange({ state: "resolved", alert: known.record() });
  }

  /** Alerts that fire, worst first, then the oldest first. */
  #alerts(): Alert[] {
    return [...this.#cases]
      .filter(([, { firing }]) => firing)
      .map(([id, { finding, message, severity, since }]) => ({
        id,
        severity,
        message,
        metric: finding.metric,
        value: finding.value,
        since,
      }))
      .toSorted((a, b) => rank(b.severity) - rank(a.severity) || a.since - b.since);
  }
}

function keyOf(id: string, subject: string | undefined): string {
  return subject === undefined ? id : `${id}:${subject}`;
}

/** Whether a case is of the rule with that id. */
function isOf(key: string, id: string): boolean {
  return key === id || key.startsWith(`${id}:`);
}

function usual(): () => AlertSettings {
  const settings = alertSettings(defaultConfig().alerts);
  return () => settings;
}

function collectorFindings(collectors: Record<CollectorName, CollectorHealth>): Finding[] {
  return Object.entries(collectors)
    .filter(([name, { ok }]) => !ok && name !== "obs")
    .map(([name, { error }]) => ({
      subject: name,
      severity: "info",
      metric: `health.collectors.${name}`,
      value: 0,
      message: `The ${name} figures are missing${SINCE}: ${error ?? "unknown reason"}`,
    }));
}

function overallOf(alerts: readonly Alert[], { obs }: Figures): HealthLevel {
  const worst = alerts[0]?.severity;
  if (worst === "critical" || worst === "error") return "critical";
  if (obs.connected !== true) return "unknown";
  return worst === "warning" ? "warning" : "healthy";
}
