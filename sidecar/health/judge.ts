import type { Alert } from "../../shared/alert.ts";
import { defaultConfig } from "../../shared/config.ts";
import type { CollectorHealth, Health, HealthLevel } from "../../shared/telemetry.ts";
import type { CollectorName } from "../../shared/collector_names.ts";
import type { Figures } from "../assemble.ts";
import type { Clock } from "../clock.ts";
import { Case, rank } from "./case.ts";
import type { Finding, Rule } from "./rule.ts";
import { type AlertSettings, alertSettings, type Pace } from "./thresholds.ts";

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
  readonly #cases = new Map<string, Case>();
  #wasLive = false;

  constructor(options: JudgeOptions) {
    const { rules, clock, settings = usual() } = options;
    this.#rules = rules;
    this.#clock = clock;
    this.#settings = settings;
    this.#hasObsExited = options.hasObsExited ?? (() => false);
    this.#isShutOut = options.isShutOut ?? (() => false);
  }

  /** The verdict on a snapshot's figures. */
  judge({ figures, collectors, notices }: Evidence): Health {
    const { enabled, thresholds, paces } = this.#settings();
    if (figures.obs.connected !== true) this.#forgetObs();
    for (const { id, pace, find } of this.#rules) {
      this.#follow(id, {
        pace: !enabled ? AT_ONCE : typeof pace === "string" ? paces[pace] : pace,
        findings: enabled ? find(figures, thresholds) : [],
      });
    }
    const lost = this.#lostObs(figures);
    this.#follow(OBS_LOST, { pace: AT_ONCE, findings: enabled ? lost : [] });
    this.#follow("collector", { pace: COLLECTOR_PACE, findings: collectorFindings(collectors) });
    this.#follow("sidecar", { pace: AT_ONCE, findings: notices });
    const alerts = this.#alerts();
    const overall = enabled ? overallOf(alerts, figures) : "unknown";
    return { overall, alerts, collectors };
  }

  /** OBS went away in the middle of a stream or recording. */
  #lostObs({ obs }: Figures): Finding[] {
    if (obs.connected) {
      this.#wasLive = obs.streaming === true || obs.recording === true;
      return [];
    }
    this.#wasLive &&= !this.#hasObsExited();
    if (!this.#wasLive) return [];
    const where = { metric: "obs.connected", value: 0 };
    return this.#isShutOut()
      ? [{
        ...where,
        severity: "warning",
        message: "The sidecar cannot see OBS any more, which was live. In OBS: Tools > " +
          "WebSocket Server Settings > Enable WebSocket server.",
      }]
      : [{
        ...where,
        severity: "critical",
        message:
          "OBS went away while it was live: it crashed or hangs. Restart OBS and the stream.",
      }];
  }

  /** What OBS's figures showed says nothing any more once OBS is gone. */
  #forgetObs(): void {
    for (const [key, { finding }] of this.#cases) {
      if (key !== OBS_LOST && finding.metric.startsWith("obs.")) this.#cases.delete(key);
    }
  }

  #follow(
    id: string,
    { pace: { holdMs, recoveryMs }, findings }: { pace: Pace; findings: readonly Finding[] },
  ): void {
    const nowMs = this.#clock.monotonic();
    const seen = new Set<string>();
    for (const finding of findings) {
      const key = finding.subject === undefined ? id : `${id}:${finding.subject}`;
      seen.add(key);
      const current = this.#cases.get(key) ?? new Case(finding, { now: this.#clock.now(), nowMs });
      current.see(finding, { nowMs, holdMs });
      this.#cases.set(key, current);
    }
    for (const [key, known] of this.#cases) {
      const isThisRules = key === id || key.startsWith(`${id}:`);
      if (!isThisRules || seen.has(key)) continue;
      if (known.isOver({ nowMs, recoveryMs })) this.#cases.delete(key);
    }
  }

  /** Alerts that fire, worst first, then the oldest first. */
  #alerts(): Alert[] {
    return [...this.#cases]
      .filter(([, { firing }]) => firing)
      .map(([id, { finding, severity, since }]) => ({
        id,
        severity,
        message: finding.message,
        metric: finding.metric,
        value: finding.value,
        since,
      }))
      .toSorted((a, b) => rank(b.severity) - rank(a.severity) || a.since - b.since);
  }
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
      message: `The ${name} figures are missing: ${error ?? "unknown reason"}`,
    }));
}

function overallOf(alerts: readonly Alert[], { obs }: Figures): HealthLevel {
  const worst = alerts[0]?.severity;
  if (worst === "critical" || worst === "error") return "critical";
  if (obs.connected !== true) return "unknown";
  return worst === "warning" ? "warning" : "healthy";
}
