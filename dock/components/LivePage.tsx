import type { JSX } from "preact";
import type { Telemetry } from "../../shared/telemetry.ts";
import { alertViews, problemViews } from "../models/alerts.ts";
import { lampViews } from "../models/lamps.ts";
import type { LinkState } from "../models/link.ts";
import { machineView, networkFigures, obsView } from "../models/machine.ts";
import { outputViews, recordingView } from "../models/outputs.ts";
import { verdictView } from "../models/verdict.ts";
import { AlertList } from "./AlertList.tsx";
import { Lamps } from "./Lamps.tsx";
import { MachineCard } from "./MachineCard.tsx";
import { NetworkCard } from "./NetworkCard.tsx";
import { ObsCard } from "./ObsCard.tsx";
import { ObsMissing } from "./ObsMissing.tsx";
import { OutputList } from "./OutputList.tsx";
import { ProblemList } from "./ProblemList.tsx";
import { RecordingCard } from "./RecordingCard.tsx";
import { VerdictBar } from "./VerdictBar.tsx";

/** All live figures. They are dimmed while they are not live. */
export function Dashboard(
  { telemetry, link }: { telemetry: Telemetry; link: LinkState },
): JSX.Element {
  const isConnected = telemetry.obs.connected === true;
  const problems = problemViews(telemetry);
  const obsProblem = problems.find(({ name }) => name === "obs");
  return (
    <>
      <VerdictBar view={verdictView(telemetry, link)} />
      <main class={link.kind === "live" ? "page" : "page is-old"}>
        <div class="column">
          <Lamps lamps={lampViews(telemetry)} />
          {isConnected
            ? <OutputList outputs={outputViews(telemetry)} />
            : <ObsMissing error={obsProblem?.error ?? null} />}
          {isConnected && <RecordingCard view={recordingView(telemetry)} />}
        </div>
        <div class="column">
          {isConnected && <ObsCard view={obsView(telemetry)} />}
          <MachineCard view={machineView(telemetry)} />
          <NetworkCard figures={networkFigures(telemetry)} />
          <AlertList alerts={alertViews(telemetry)} />
          <ProblemList problems={problems.filter(({ name }) => name !== "obs" || isConnected)} />
        </div>
      </main>
    </>
  );
}
