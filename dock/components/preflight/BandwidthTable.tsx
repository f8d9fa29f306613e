import type { JSX } from "preact";
import type { BandwidthReport } from "../../../shared/preflight.ts";
import { bandwidthRows } from "../../models/preflight/bandwidth_rows.ts";

/** What the bandwidth test measured; nothing where there was none. */
export function BandwidthTable(
  { reports }: { reports: readonly BandwidthReport[] },
): JSX.Element | null {
  if (reports.length === 0) return null;
  return (
    <table class="bandwidth">
      <caption>kbit/s that the servers took, and what can be streamed safely</caption>
      <thead>
        <tr>
          <th scope="col">To</th>
          <th scope="col">Sustained</th>
          <th scope="col">Safe</th>
          <th scope="col">Backlog</th>
        </tr>
      </thead>
      <tbody>
        {bandwidthRows(reports).map((row) => (
          <tr key={row.key}>
            <th scope="row">
              <bdi dir="auto">{row.title}</bdi>
            </th>
            <td>
              {row.isAtLeast && <small>at least</small>}
              <b>{row.sustained}</b>
            </td>
            <td>{row.recommended}</td>
            <td>{row.backlog}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
