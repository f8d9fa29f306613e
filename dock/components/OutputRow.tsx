import type { JSX } from "preact";
import type { HistoryFeed } from "../models/history_feed.ts";
import type { OutputView } from "../models/outputs.ts";
import { Spark } from "./Spark.tsx";

/** One output that sends over the network. */
export function OutputRow(
  { output, history }: { output: OutputView; history: HistoryFeed },
): JSX.Element {
  return (
    <li class={`row tone-${output.tone}`}>
      <div class="row-head">
        <bdi class="name" dir="auto" title={output.name}>{output.name}</bdi>
        <span class="state" title={output.stateTitle}>{output.state}</span>
        <span class="uptime">{output.uptime}</span>
      </div>
      <div class="row-figures">
        <Spark output={output} history={history} />
        <dl class="cells">
          {output.figures.map(({ label, value, tone }) => (
            <div key={label} class={`cell tone-${tone}`}>
              <dt class="unseen">{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </li>
  );
}
