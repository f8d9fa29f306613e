import type { JSX } from "preact";
import { Card } from "./Card.tsx";

/** How to let the sidecar into OBS; menu words as OBS's own English has them. */
export function ObsMissing({ error }: { error: string | null }): JSX.Element {
  return (
    <Card id="obs-missing" title="OBS is not connected">
      <ol class="steps">
        <li>Start OBS.</li>
        <li>
          Open <b>Tools &gt; WebSocket Server Settings</b>.
        </li>
        <li>
          Tick <b>Enable WebSocket server</b> and click OK.
        </li>
      </ol>
      <p class="empty">
        This page follows by itself. Or let it be done for you: close OBS and run{" "}
        <code>deno task setup</code> in the sidecar's folder.
      </p>
      {error !== null && (
        <p class="reason">
          <bdi dir="auto">{error}</bdi>
        </p>
      )}
    </Card>
  );
}
