import type { JSX } from "preact";
import type { LampView } from "../models/lamps.ts";

/** Where frames get lost: three lamps side by side. */
export function Lamps({ lamps }: { lamps: LampView[] }): JSX.Element {
  return (
    <section aria-labelledby="lamps-title">
      <h2 id="lamps-title">Frames lost in the last 60&nbsp;s</h2>
      <ul class="lamps">
        {lamps.map(({ label, caption, value, tone }) => (
          <li key={label} class={`lamp tone-${tone}`}>
            <span class="lamp-label">{label}</span>
            <span class="lamp-value">{value}</span>
            <span class="lamp-caption">{caption}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
