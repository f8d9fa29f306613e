import type { JSX } from "preact";
import type { RecordingView } from "../models/outputs.ts";
import { Card } from "./Card.tsx";
import { Figures } from "./Figures.tsx";

/** Recordings, replay buffer and virtual camera, and the room left on the disk. */
export function RecordingCard({ view }: { view: RecordingView }): JSX.Element {
  return (
    <Card id="recording" title="Recording">
      <ul class="rows">
        {view.outputs.map(({ id, name, tone, state, uptime, bitrate }) => (
          <li key={id} class={`row tone-${tone}`}>
            <div class="row-head">
              <bdi class="name" dir="auto" title={name}>{name}</bdi>
              <span class="local-bitrate">{bitrate}</span>
              <span class="state">{state}</span>
              <span class="uptime">{uptime}</span>
            </div>
          </li>
        ))}
      </ul>
      <Figures figures={[view.timeLeft, view.diskFree]} />
    </Card>
  );
}
