import type { JSX } from "preact";
import type { HistoryFeed } from "../models/history_feed.ts";
import { OUTPUT_COLUMNS, type OutputView } from "../models/outputs.ts";
import { Card } from "./Card.tsx";
import { OutputRow } from "./OutputRow.tsx";

/** Everything that is sent over the network. */
export function OutputList(
  { outputs, history }: { outputs: OutputView[]; history: HistoryFeed },
): JSX.Element {
  return (
    <Card id="outputs" title="Outputs">
      {outputs.length === 0 ? <NoOutputs /> : (
        <>
          <div class="row-figures columns" aria-hidden="true">
            <span>3 min</span>
            <div class="cells">
              {OUTPUT_COLUMNS.map(({ short, long }) => (
                <span key={short} class="cell" title={long}>{short}</span>
              ))}
            </div>
          </div>
          <ul class="rows">
            {outputs.map((output) => (
              <OutputRow
                key={output.id}
                output={output}
                history={history}
              />
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

/** What to do before the first stream; menu words as OBS's own English has them. */
function NoOutputs(): JSX.Element {
  return (
    <>
      <p>OBS is connected. An output appears here when it starts.</p>
      <ol class="steps">
        <li>
          Choose your platform in OBS: <b>Settings &gt; Stream</b>.
        </li>
        <li>
          Click <b>Start Streaming</b>, or <b>Start Recording</b> for a try without viewers.
        </li>
        <li>Glance here: green is good, and anything else says what to do.</li>
      </ol>
    </>
  );
}
