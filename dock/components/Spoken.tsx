import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import type { VerdictView } from "../models/verdict.ts";

/** Tells a screen reader when the verdict changes, and keeps that text until it changes again. */
export function Spoken({ spoken }: Pick<VerdictView, "spoken">): JSX.Element {
  const last = useRef(spoken);
  if (last.current.key !== spoken.key) last.current = spoken;
  return <p class="unseen" role="status">{last.current.text}</p>;
}
