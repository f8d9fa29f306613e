import type { JSX } from "preact";
import { ENABLE_SERVER, isObsRefusal, isObsSilent } from "../../shared/obs_away.ts";
import { Card } from "./Card.tsx";

/** How to let the sidecar into OBS; menu words as OBS's own English has them. */
export function ObsMissing({ error }: { error: string | null }): JSX.Element {
  // What the steps say is not said twice.
  const text = error?.replace(` ${ENABLE_SERVER}.`, "") ?? "";
  const reason = text !== "" && (
    <p class="reason">
      <bdi dir="auto">{text}</bdi>
    </p>
  );
  if (isObsRefusal(error)) {
    return (
      <Card id="obs-missing" title="OBS does not let the sidecar in">
        {reason}
        <p class="empty">
          A password can be set here too: <b>Settings &gt; OBS connection</b>.
        </p>
      </Card>
    );
  }
  return (
    <Card id="obs-missing" title="OBS is not connected">
      <ol class="steps">
        {!isObsSilent(error) && <li>Start OBS.</li>}
        <li>
          {isObsSilent(error) ? "Open" : "The first time, open"}{" "}
          <b>Tools &gt; WebSocket Server Settings</b> in OBS.
        </li>
        <li>
          Tick <b>Enable WebSocket server</b> and click OK.
        </li>
      </ol>
      <p class="empty">
        This page follows by itself. Or let it be done for you: close OBS and run{" "}
        <code>deno task setup</code> in the sidecar's folder.
      </p>
      {reason}
    </Card>
  );
}
