import type { JSX } from "preact";
import type { FigureView } from "../models/outputs.ts";
import { Card } from "./Card.tsx";
import { Figures } from "./Figures.tsx";

/** The machine's network. */
export function NetworkCard({ figures }: { figures: FigureView[] }): JSX.Element {
  return (
    <Card id="network" title="Network">
      <Figures figures={figures} />
    </Card>
  );
}
