import type { JSX } from "preact";
import type { MachineView } from "../models/machine.ts";
import { Card } from "./Card.tsx";
import { Meters } from "./Meters.tsx";

/** The PC that the sidecar runs on, and its graphics card. */
export function MachineCard({ view }: { view: MachineView }): JSX.Element {
  return (
    <>
      <Card id="machine" title="This PC" note={view.note}>
        <Meters meters={view.meters} />
      </Card>
      <Card id="gpu" title="Graphics card" note={view.gpuName}>
        {view.gpuMeters.length === 0
          ? <p class="empty">No card found that can be read.</p>
          : <Meters meters={view.gpuMeters} />}
      </Card>
    </>
  );
}
