import type { JSX } from "preact";
import type { PreflightVerdict } from "../../models/preflight/preflight_verdict.ts";

/** The verdict of the checks, big enough for two metres. */
export function PreflightVerdictBar({ view }: { view: PreflightVerdict }): JSX.Element {
  const { tone, word, count, when, subject, sentence } = view;
  return (
    <header class={`verdict preflight-verdict tone-${tone}`}>
      <div class="verdict-top">
        <span class="activity">PRE-FLIGHT</span>
        <span class="preflight-when">{when}</span>
      </div>
      <div class="verdict-slot">
        <h1 class="verdict-word">
          {word}
          {count !== "" && <span class="verdict-count">{` ${count}`}</span>}
        </h1>
        <p class="verdict-sentence">
          {subject !== null && (
            <b>
              <bdi dir="auto">{subject}</bdi>.{" "}
            </b>
          )}
          <bdi dir="auto" title={sentence}>{sentence}</bdi>
        </p>
      </div>
    </header>
  );
}
