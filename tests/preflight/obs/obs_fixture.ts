/** What the tests of the checks of OBS give them: answers, settings, an OBS made of answers. */
import type { Fields } from "../../../sidecar/obs/fields.ts";
import { identifyService } from "../../../sidecar/obs/output_identity.ts";
import type { ObsAnswer } from "../../../sidecar/obs/session.ts";
import type { Finding } from "../../../shared/preflight.ts";
import type { CheckContext } from "../../../sidecar/preflight/check.ts";
import type { ObsAccess } from "../../../sidecar/preflight/obs/obs_access.ts";
import type {
  ParameterName,
  Parameters,
} from "../../../sidecar/preflight/obs/profile_parameters.ts";
import type { ServiceFacts } from "../../../sidecar/preflight/obs/service_facts.ts";
import type { StreamSettings } from "../../../sidecar/preflight/obs/stream_settings.ts";

/** An answer that went well. */
export function answered(data: Fields): ObsAnswer {
  return { ok: true, code: 100, data };
}

/** An answer that OBS refused. */
export const REFUSED: ObsAnswer = { ok: false, code: 604, data: {} };

/** A check's surroundings when nobody watches. */
export function context(): CheckContext {
  return { signal: new AbortController().signal, progress: () => {}, measured: () => {} };
}

/** Parameters of a profile. */
export function parameters(values: Partial<Record<ParameterName, string>> = {}): Parameters {
  return new Map(Object.entries(values) as [ParameterName, string][]);
}

/** A server that the user typed in. */
export const CUSTOM: ServiceFacts = {
  ...identifyService(null, "rtmp://127.0.0.1/live"),
  listed: false,
  hasServer: true,
  hasKey: true,
  testMode: false,
};

/** Twitch out of OBS's list. */
export const TWITCH: ServiceFacts = {
  ...CUSTOM,
  ...identifyService("Twitch", "auto"),
  listed: true,
};

/** 1080p60 at 6000 kbit/s, keyframes every 2 s, from Advanced mode. */
export function streamSettings(changes: Partial<StreamSettings> = {}): StreamSettings {
  return {
    parameters: parameters({ "Output/Mode": "Advanced" }),
    service: CUSTOM,
    video: {
      canvas: { width: 1920, height: 1080 },
      output: { width: 1920, height: 1080 },
      fps: 60,
    },
    audioKbps: 160,
    encoder: {
      id: "obs_x264",
      codec: "H.264",
      rateControl: "CBR",
      videoKbps: 6000,
      keyframeS: 2,
      keyframeFrames: null,
    },
    ...changes,
  };
}

/** Status and first sentence of each finding. */
export function told(findings: readonly Finding[]): string[] {
  return findings.map(({ status, seen }) => `${status}: ${seen}`);
}

/** An OBS that gives the same answer to each kind of request. */
export function fakeObs(
  answers: Readonly<Record<string, ObsAnswer>>,
  { meters = [], local = true }: { meters?: Fields[]; local?: boolean } = {},
): ObsAccess {
  return {
    batch: (requests) =>
      Promise.resolve(requests.map(({ requestType }) => answers[requestType] ?? REFUSED)),
    listenToMeters(onMeters) {
      for (const data of meters) onMeters(data);
      return Promise.resolve();
    },
    local,
    configRoot: local ? "/cfg" : null,
  };
}
