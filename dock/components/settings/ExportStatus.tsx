import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { exportView } from "../../models/settings/export_view.ts";
import type { ExportWatch } from "../../models/settings/export_watch.ts";
import { Figures } from "../Figures.tsx";

/** How the export of figures fares, for as long as it is shown. */
export function ExportStatus({ watch }: { watch: ExportWatch }): JSX.Element {
  useEffect(() => watch.follow(), []);
  const reading = watch.reading.value;
  const problem = watch.problem.value;
  const view = reading === null ? null : exportView(reading);
  return (
    <div class="field export" role="group" aria-label="Export">
      {view !== null && (
        <>
          <p class={`test-result tone-${view.tone}`} role="status">
            <bdi dir="auto">{view.text}</bdi>
          </p>
          <Figures figures={view.figures} />
          {view.error !== null && (
            <p class="help">
              <bdi dir="auto">{view.error}</bdi>
            </p>
          )}
        </>
      )}
      {problem !== null && <p class="help">{problem}</p>}
    </div>
  );
}
