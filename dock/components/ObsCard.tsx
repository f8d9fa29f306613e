import type { JSX } from "preact";
import type { ObsView } from "../models/machine.ts";
import { Card } from "./Card.tsx";
import { Figures } from "./Figures.tsx";

/** OBS's own figures. */
export function ObsCard({ view }: { view: ObsView }): JSX.Element {
  return (
    <Card id="obs" title="OBS" note={view.scene}>
      <Figures figures={view.figures} />
    </Card>
  );
}
