import type { Telemetry } from "../../shared/telemetry.ts";
import type { Figures } from "../../sidecar/assemble.ts";
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
