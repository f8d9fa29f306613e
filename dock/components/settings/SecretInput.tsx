import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Secret } from "../../models/settings/secret.ts";

/** Where a secret is typed. Its value is in this one input alone, until it is sent. */
export function SecretInput({ secret, isBusy, onTyped, onSend, onCancel }: {
  secret: Secret;
  isBusy: boolean;
  onTyped: (isTyped: boolean) => void;
  onSend: (value: string) => void;
  onCancel: () => void;
}): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  // Before the next key is pressed, so that none is lost.
  useLayoutEffect(() => {
    input.current?.focus();
    return () => onTyped(false);
  }, []);
  const send = (): void => {
    const value = input.current?.value ?? "";
    if (input.current === null || value === "" || isBusy) return;
    input.current.value = "";
    onTyped(false);
    onSend(value);
  };
  return (
    <form
      class="secret-form"
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") onCancel();
      }}
    >
      <input
        ref={input}
        type="password"
        class="input"
        aria-label={`New ${secret.label.toLowerCase()}`}
        autocomplete="new-password"
        spellcheck={false}
        onInput={(event) => onTyped(event.currentTarget.value !== "")}
      />
      <button type="submit" class="button primary" disabled={isBusy}>
        {isBusy ? "Sending…" : "Store"}
      </button>
      <button type="button" class="button" onClick={onCancel}>Cancel</button>
    </form>
  );
}
