import type { JSX } from "preact";
import type { FigureView } from "../models/outputs.ts";

/** Figures side by side, each under its label, in slots of equal width. */
export function Figures({ figures }: { figures: FigureView[] }): JSX.Element {
  return (
    <dl class={`figures figures-${figures.length}`}>
      {figures.map(({ label, value, tone }) => (
        <div key={label} class={`figure tone-${tone}`}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
