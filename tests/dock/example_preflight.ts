import type {
  BandwidthReport,
  CheckGroup,
  CheckReport,
  Finding,
  PreflightReport,
} from "../../shared/preflight.ts";
import { worstStatus } from "../../shared/preflight.ts";

/** A finding that needs nothing to be done. */
export function fine(seen: string): Finding {
  return { status: "pass", seen, expected: null, remedy: null };
}

/** A finding that something should be done about. */
export function trouble(
  status: "fail" | "warning",
  [seen, expected, remedy]: readonly [string, string | null, string],
): Finding {
  return { status, seen, expected, remedy };
}

/** A check that has ended; one that waits where it found nothing. */
export function check(
  id: string,
  name: string,
  findings: readonly Finding[] = [],
): CheckReport {
  const [group = "obs", platform = null] = id.split(".");
  return {
    id,
    name,
    group: group as CheckGroup,
    platform: group === "network" || group === "bandwidth" ? platform : null,
    status: findings.length === 0 ? "waiting" : worstStatus(findings),
    progress: null,
    duration_ms: findings.length === 0 ? null : 412,
    findings: [...findings],
  };
}

/** A run of the checks that has ended; `go`. */
export function exampleReport(changes: Partial<PreflightReport> = {}): PreflightReport {
  const now = Date.now();
  return {
    version: 1,
    id: "run-2",
    started_at: now - 64_000,
    finished_at: now - 60_000,
    verdict: "go",
    stopped: null,
    checks: goodChecks(),
    bandwidth: [],
    ...changes,
  };
}

/** The same checks before any has answered. */
export function runningReport(changes: Partial<PreflightReport> = {}): PreflightReport {
  return exampleReport({
    finished_at: null,
    verdict: null,
    checks: goodChecks().map((each) => ({
      ...each,
      status: "waiting",
      duration_ms: null,
      findings: [],
    })),
    ...changes,
  });
}

/** What checks of a PC that is ready find. */
export function goodChecks(): CheckReport[] {
  return [
    check("obs.reachable", "OBS: connection", [fine("OBS 30.2.3 with obs-websocket 5.5.2.")]),
    check("obs.live", "OBS: not live yet", [fine("No stream is active.")]),
    check("obs.service", "OBS: stream settings", [fine("Twitch with a key.")]),
    check("obs.encoder", "OBS: encoder", [fine("1920x1080 at 60 fps, 6,000 kbit/s with NVENC.")]),
    check("obs.audio", "OBS: sound", [fine('"Mic/Aux" peaks at -12 dB on track 1.')]),
    check("obs.sources", "OBS: sources", [fine("All 14 sources have their files.")]),
    check("network.twitch", "Twitch: connection", [
      fine("Connected in 31 ms (28 to 35 ms), TLS certificate good for 61 days."),
      fine("The server takes the key's app."),
    ]),
    check("network.youtube", "YouTube: connection", [fine("Connected in 18 ms.")]),
    check("machine.load", "Processor and memory", [fine("CPU 12 %, 41 % of memory free.")]),
    check("machine.graphics", "Graphics card", [fine("31 % busy at 54 °C, full clock.")]),
    check("machine.clock", "Clock", [fine("0.1 s off.")]),
    check("metrics.backend", "Metrics backend", [
      { status: "skipped", seen: "Not set up.", expected: null, remedy: null },
    ]),
  ];
}

/** Two checks that found something to think about. */
export function warnedChecks(): CheckReport[] {
  return replaced(
    check("obs.encoder", "OBS: encoder", [
      fine("1920x1080 at 60 fps with NVENC."),
      trouble("warning", [
        "The keyframe interval is 0 (auto), which may be 8.3 s.",
        "every 2 s for Twitch",
        "Settings > Output > Streaming > Keyframe Interval: 2 s.",
      ]),
    ]),
    check("machine.link", "Wi-Fi or cable", [
      trouble("warning", [
        "The way out is Wi-Fi (wlp3s0).",
        "a cable: Wi-Fi loses and delays packets in bursts, and each one drops frames",
        "Use a network cable, or powerline; else 5 GHz, close to the access point.",
      ]),
    ]),
  );
}

/** Checks of a PC with which nobody should go live, on top of the warnings. */
export function failedChecks(): CheckReport[] {
  return [
    ...warnedChecks().filter(({ id }) => id !== "obs.audio" && id !== "network.twitch"),
    check("obs.audio", "OBS: sound", [
      trouble("fail", [
        '"Mic/Aux" is muted.',
        "a source that is not muted, on track 1",
        'Audio Mixer > the loudspeaker of "Mic/Aux", before you begin to talk.',
      ]),
      trouble("warning", [
        '"Desktop Audio" clips.',
        "peaks below -6 dB",
        'Turn the slider of "Desktop Audio" down to -6 dB.',
      ]),
    ]),
    check("network.twitch", "Twitch: connection", [
      trouble("fail", [
        "The server closed the connection without a reason; most often that is a wrong key.",
        null,
        "Copy the stream key from Twitch's dashboard again: Creator Dashboard > Settings > Stream.",
      ]),
    ]),
  ];
}

function replaced(...others: CheckReport[]): CheckReport[] {
  const good = goodChecks();
  return [
    ...good.map((each) => others.find(({ id }) => id === each.id) ?? each),
    ...others.filter(({ id }) => !good.some((each) => each.id === id)),
  ];
}

/** What a bandwidth test of one platform, and of all at once, measured. */
export const EXAMPLE_BANDWIDTH: BandwidthReport[] = [
  {
    platform: "twitch",
    sustained_kbps: 7240,
    limited_by: "pace",
    pace_kbps: 7200,
    stability: 0.98,
    backlog_ms: 34,
    recommended_kbps: null,
    method: "acknowledgements",
  },
  {
    platform: "my-own-restreaming-server",
    sustained_kbps: 12_412,
    limited_by: "link",
    pace_kbps: 14_400,
    stability: 0.71,
    backlog_ms: 1820,
    recommended_kbps: 9309,
    method: "drain",
  },
  {
    platform: "all",
    sustained_kbps: 12_980,
    limited_by: "link",
    pace_kbps: 21_600,
    stability: null,
    backlog_ms: 2204,
    recommended_kbps: 9735,
    method: "acknowledgements",
  },
];
