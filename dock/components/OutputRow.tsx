import type { JSX } from "preact";
import type { OutputView } from "../models/outputs.ts";
import { Figures } from "./Figures.tsx";
import { Meter } from "./Meter.tsx";

/** One output that sends over the network. */
export function OutputRow({ output }: { output: OutputView }): JSX.Element {
  return (
    <li class={`row tone-${output.tone}`}>
      <div class="row-head">
        <bdi class="name" dir="auto" title={output.name}>{output.name}</bdi>
        <span class="state">{output.state}</span>
        <span class="uptime">{output.uptime}</span>
      </div>
      <div class={`bitrate tone-${output.bitrateTone}`}>
        <span class="bitrate-text">{output.bitrate}</span>
        <Meter fill={output.fill} tone={output.bitrateTone} />
      </div>
      <Figures figures={output.figures} />
    </li>
  );
}
