import type { JSX } from "preact";
import type { MeterView } from "../models/machine.ts";
import { Meter } from "./Meter.tsx";

/** Figures with bars, one a line. */
export function Meters({ meters }: { meters: MeterView[] }): JSX.Element {
  return (
    <dl class="meters">
      {meters.map(({ label, value, fill, tone }) => (
        <div key={label} class={`meter-row tone-${tone}`}>
          <dt>{label}</dt>
          <Meter fill={fill} tone={tone} />
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
