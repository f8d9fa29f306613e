import type { JSX } from "preact";
import type { MachineView } from "../models/machine.ts";
import { Card } from "./Card.tsx";
import { Meters } from "./Meters.tsx";

/** The PC that the sidecar runs on, with its graphics card. */
export function MachineCard({ view }: { view: MachineView }): JSX.Element {
  return (
    <Card id="machine" title="This PC" note={view.gpuName}>
      <Meters meters={[...view.meters, ...view.gpuMeters]} />
      {view.gpuMeters.length === 0 && <p class="empty">No graphics card that can be read.</p>}
      {view.note !== null && <p class="empty">{view.note}</p>}
    </Card>
  );
}
