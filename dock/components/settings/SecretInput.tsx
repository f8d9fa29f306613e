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
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
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
  const common = {
    ref: input,
    "aria-label": `New ${secret.label.toLowerCase()}`,
    autocomplete: "new-password",
    spellcheck: false,
    onInput: () => onTyped(input.current?.value !== ""),
  } as const;
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
      {secret.hasLines === true
        ? <textarea {...common} rows={3} class="input masked" />
        : <input {...common} type="password" class="input" />}
      <button type="submit" class="button primary" disabled={isBusy}>
        {isBusy ? "Sending…" : "Store"}
      </button>
      <button type="button" class="button" onClick={onCancel}>Cancel</button>
    </form>
  );
}
