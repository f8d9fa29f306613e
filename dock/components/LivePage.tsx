import type { JSX } from "preact";
import type { Telemetry } from "../../shared/telemetry.ts";
import { alertViews, problemViews } from "../models/alerts.ts";
import { lampViews } from "../models/lamps.ts";
import type { LinkState } from "../models/link.ts";
import type { Live } from "../models/live.ts";
import { machineView, networkFigures, obsView } from "../models/machine.ts";
import { outputViews, recordingView } from "../models/outputs.ts";
import { AlertList } from "./AlertList.tsx";
import { Charts } from "./Charts.tsx";
import { Lamps } from "./Lamps.tsx";
import { MachineCard } from "./MachineCard.tsx";
import { NetworkCard } from "./NetworkCard.tsx";
import { ObsCard } from "./ObsCard.tsx";
import { ObsMissing } from "./ObsMissing.tsx";
import { OutputList } from "./OutputList.tsx";
import { ProblemList } from "./ProblemList.tsx";
import { RecordingCard } from "./RecordingCard.tsx";

/** All live figures under the verdict. They are dimmed while they are not live. */
export function LivePage({ telemetry, link, live }: {
  telemetry: Telemetry;
  link: LinkState;
  live: Live;
}): JSX.Element {
  const isConnected = telemetry.obs.connected === true;
  const problems = problemViews(telemetry);
  const obsProblem = problems.find(({ name }) => name === "obs");
  return (
    <main class={link.kind === "live" ? "page" : "page is-old"}>
      <div class="column">
        <Lamps lamps={lampViews(telemetry)} />
        {isConnected
          ? <OutputList outputs={outputViews(telemetry)} history={live.history} />
          : <ObsMissing error={obsProblem?.error ?? null} />}
      </div>
      <div class="column">
        {isConnected && <RecordingCard view={recordingView(telemetry)} />}
        <MachineCard view={machineView(telemetry)} />
        {isConnected && <ObsCard view={obsView(telemetry)} />}
        <NetworkCard figures={networkFigures(telemetry)} />
      </div>
      <div class="column wide">
        <Charts telemetry={telemetry} live={live} />
      </div>
      <div class="column wide">
        <AlertList
          alerts={alertViews(telemetry, live.alertLog.ended.value)}
          isFresh={live.alertLog.isFresh(telemetry.written_at_ms)}
        />
        <ProblemList problems={problems.filter(({ name }) => name !== "obs" || isConnected)} />
      </div>
    </main>
  );
}
