import type { JSX } from "preact";
import type { Comparison, Report } from "../../../shared/report.ts";
import { formatMbps, formatRate } from "../../models/format.ts";
import { unitText } from "../../models/sessions/unit_text.ts";
import { Card } from "../Card.tsx";

const TONES = { better: "good", same: "idle", worse: "bad" } as const;

/** A session beside the ones before it. */
export function ComparisonCard({ report }: { report: Report }): JSX.Element {
  const { comparison, trends } = report;
  const most = Math.max(0, ...comparison.map(({ sessions }) => sessions));
  const value = (figure: number, { unit }: Comparison): string =>
    unit === "kbit/s" ? formatMbps(figure / 1000) : `${formatRate(figure)}\u00a0${unitText(unit)}`;
  return (
    <Card id="comparison" title="Beside earlier ones" note={most > 0 ? `the last ${most}` : null}>
      {comparison.length > 0 && (
        <table class="table">
          <thead>
            <tr>
              <th scope="col">
                <span class="unseen">Figure</span>
              </th>
              <th scope="col">This one</th>
              <th scope="col">Usual</th>
              <th scope="col">
                <span class="unseen">Judgement</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {comparison.map((each) => (
              <tr key={each.label} class={`tone-${TONES[each.judgement]}`}>
                <th scope="row">{each.label}</th>
                <td>{value(each.value, each)}</td>
                <td class="quiet">{value(each.usual, each)}</td>
                <td class="judgement">{each.judgement}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {comparison.length === 0 && <p class="empty">There is none to compare with yet.</p>}
      {trends.length > 0 && (
        <ul class="trends">
          {trends.map((trend) => (
            <li key={trend}>
              <bdi dir="auto">{trend}</bdi>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
