import type { Telemetry } from "../../shared/telemetry.ts";
import type { Loss } from "../../sidecar/health/loss_window.ts";
import { NOTHING_RECENT, type Recent } from "../../sidecar/health/recent.ts";
import type { Judged } from "../../sidecar/health/rule.ts";
import type { Figures } from "../../sidecar/snapshot/assemble.ts";
import { exampleOutput, exampleTelemetry } from "../api/example_telemetry.ts";

/** The figures of a stream that fares well, with changes. */
export function exampleFigures(
  changes: {
    obs?: Partial<Telemetry["obs"]>;
    system?: Partial<Telemetry["system"]>;
    output?: Partial<ReturnType<typeof exampleOutput>>;
  } = {},
): Figures {
  const { system, obs, network } = exampleTelemetry();
  return {
    system: { ...system, ...changes.system },
    obs: { ...obs, outputs: [exampleOutput(changes.output)], ...changes.obs },
    network,
  };
}

/** A loss of so many percent that goes on. */
export function loss(percent: number, changes: Partial<Loss> = {}): Loss {
  return {
    percent,
    windowPercent: percent,
    frames: 60,
    seconds: 5,
    windowSeconds: 10,
    beganMsAgo: 8000,
    isThroughout: true,
    seenMsAgo: 0,
    ...changes,
  };
}

/** Figures with what was seen of late. */
export function judged(
  recent: Partial<Omit<Recent, "outputs">> & {
    dropped?: Loss;
    queuedMsAgo?: number;
    halfFullMs?: number;
    hasSent?: boolean;
  },
  changes: Parameters<typeof exampleFigures>[0] = {},
): Judged {
  const { dropped = null, queuedMsAgo = null, halfFullMs = 0, hasSent = true, ...others } = recent;
  return {
    ...exampleFigures(changes),
    recent: {
      ...NOTHING_RECENT,
      ...others,
      outputs: new Map([[exampleOutput().id, { dropped, queuedMsAgo, halfFullMs, hasSent }]]),
    },
  };
}
