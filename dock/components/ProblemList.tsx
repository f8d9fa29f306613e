import type { JSX } from "preact";
import type { ProblemView } from "../models/alerts.ts";
import { Card } from "./Card.tsx";

/** Figures that cannot be read, and why; nothing where all can. */
export function ProblemList({ problems }: { problems: ProblemView[] }): JSX.Element | null {
  if (problems.length === 0) return null;
  return (
    <Card id="problems" title="Missing figures">
      <ul class="notes">
        {problems.map(({ name, label, error }) => (
          <li key={name} class="note">
            <span class="note-head">
              <span class="note-label">{label}</span>
            </span>
            <bdi class="note-text" dir="auto">{error}</bdi>
          </li>
        ))}
      </ul>
    </Card>
  );
}
