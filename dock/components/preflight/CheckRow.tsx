import type { JSX } from "preact";
import type { CheckReport } from "../../../shared/preflight.ts";
import { lineOf } from "../../models/preflight/groups.ts";
import { StatusMark } from "./StatusMark.tsx";

/** A check while the checks run: always of one height, whatever it says. */
export function CheckRow({ check, name }: { check: CheckReport; name: string }): JSX.Element {
  const line = lineOf(check);
  return (
    <li class="check-row">
      <StatusMark status={check.status} />
      <bdi class="check-name" dir="auto" title={name}>{name}</bdi>
      <bdi class="check-line" dir="auto" title={line}>{line}</bdi>
    </li>
  );
}
