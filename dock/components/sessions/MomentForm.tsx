import type { JSX } from "preact";
import { useState } from "preact/hooks";

/** Asks what happened at a time of day. */
export function MomentForm(
  { onAsk, answer }: { onAsk: (text: string) => void; answer: string | null },
): JSX.Element {
  const [text, setText] = useState("");
  return (
    <form
      class="moment"
      onSubmit={(event) => {
        event.preventDefault();
        onAsk(text);
      }}
    >
      <label for="moment">What happened at</label>
      <input
        id="moment"
        class="input"
        inputMode="numeric"
        autocomplete="off"
        placeholder="21:14"
        maxLength={8}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="button">Show</button>
      <p class="moment-answer" role="status">
        <bdi dir="auto">{answer}</bdi>
      </p>
    </form>
  );
}
