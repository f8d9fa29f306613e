import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Preflight } from "../../models/preflight/preflight.ts";

/** Says what a bandwidth test sends and where, and asks whether to start it. */
export function BandwidthDialog({ preflight }: { preflight: Preflight }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const question = preflight.question.value;
  const isAsked = question !== null;
  useLayoutEffect(() => {
    if (isAsked) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isAsked]);
  const targets = question?.targets ?? [];
  const isEmpty = targets.length > 0 && targets.every(({ isSent }) => !isSent);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="bandwidth-question"
      onCancel={() => preflight.forgetBandwidth()}
    >
      <h2 id="bandwidth-question">Send a bandwidth test?</h2>
      <p>
        A black picture and silence, a fifth above your bitrate: {question?.durationS}{" "}
        s to each platform, then to all at once. Your connection may be full meanwhile.
      </p>
      <ul class="targets">
        {targets.map(({ name, title, isSent, text }) => (
          <li key={name} class={isSent ? "is-sent" : ""}>
            <b>
              <bdi dir="auto">{title}</bdi>:
            </b>{" "}
            {text}
          </li>
        ))}
        {targets.length === 0 && (
          <li>
            No platform is set up. If OBS itself streams to Twitch, the test goes there in Twitch's
            test mode; nothing is sent anywhere else.
          </li>
        )}
      </ul>
      {isEmpty && <p>So there is nothing to send.</p>}
      <div class="dialog-buttons">
        {!isEmpty && (
          <button
            type="button"
            class="button primary"
            onClick={() => preflight.runBandwidth()}
          >
            Start the test
          </button>
        )}
        <button
          type="button"
          class="button"
          autofocus
          onClick={() => preflight.forgetBandwidth()}
        >
          {isEmpty ? "Close" : "Cancel"}
        </button>
      </div>
    </dialog>
  );
}
