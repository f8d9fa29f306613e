import type { JSX } from "preact";
import type { Session } from "../../../shared/session.ts";
import { formatCount, formatRate } from "../../models/format.ts";
import { sessionRow } from "../../models/sessions/session_view.ts";
import { Card } from "../Card.tsx";

/** The outputs of an evening, each on a line. */
export function OutputsCard(
  { outputs, onOpen }: { outputs: readonly Session[]; onOpen: (id: number) => void },
): JSX.Element | null {
  if (outputs.length === 0) return null;
  return (
    <Card id="session-outputs" title="Outputs">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">
              <span class="unseen">Output</span>
            </th>
            <th scope="col">Live</th>
            <th scope="col">Mb/s</th>
            <th scope="col">Dropped</th>
            <th scope="col">Recon.</th>
          </tr>
        </thead>
        <tbody>
          {outputs.map((output) => {
            const { tone, name, duration, lost } = sessionRow(output);
            const kbps = output.avg_bitrate_kbps;
            return (
              <tr key={output.id} class={`tone-${tone}`}>
                <th scope="row">
                  <button type="button" class="quiet-button" onClick={() => onOpen(output.id)}>
                    <bdi dir="auto">{name}</bdi>
                  </button>
                </th>
                <td>{duration}</td>
                <td>{formatRate(kbps === null ? null : kbps / 1000)}</td>
                <td>{lost.replace(" dropped", "")}</td>
                <td>{formatCount(output.reconnects)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Card>
  );
}
