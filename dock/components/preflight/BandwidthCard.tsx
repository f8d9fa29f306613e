import type { JSX } from "preact";
import type { BandwidthReport } from "../../../shared/preflight.ts";
import { Card } from "../Card.tsx";
import { BandwidthTable } from "./BandwidthTable.tsx";

/** The bandwidth test, apart from the checks because it sends. `obstacle`: why it cannot now. */
export function BandwidthCard({ reports, obstacle, onAsk }: {
  reports: readonly BandwidthReport[];
  obstacle: string | null;
  onAsk: () => void;
}): JSX.Element {
  return (
    <Card id="bandwidth" title="Bandwidth test">
      <BandwidthTable reports={reports} />
      <p class="quiet">
        Runs the checks and sends a black picture where nobody sees it. Asks you first.
      </p>
      <div class="preflight-actions">
        <button
          type="button"
          class="button"
          aria-disabled={obstacle !== null}
          aria-describedby="bandwidth-obstacle"
          onClick={() => obstacle === null && onAsk()}
        >
          Bandwidth test…
        </button>
        <p class="preflight-note quiet" id="bandwidth-obstacle">{obstacle}</p>
      </div>
    </Card>
  );
}
