import type { JSX } from "preact";
import type { OutputView } from "../models/outputs.ts";
import { Card } from "./Card.tsx";
import { OutputRow } from "./OutputRow.tsx";

/** Everything that is sent over the network. */
export function OutputList({ outputs }: { outputs: OutputView[] }): JSX.Element {
  return (
    <Card id="outputs" title="Outputs">
      {outputs.length === 0
        ? <p class="empty">No output yet. It appears when the stream starts.</p>
        : (
          <ul class="rows">
            {outputs.map((output) => <OutputRow key={output.id} output={output} />)}
          </ul>
        )}
    </Card>
  );
}
