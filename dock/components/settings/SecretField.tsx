import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { isSet, type Secret, secretView } from "../../models/settings/secret.ts";
import type { Settings } from "../../models/settings/settings.ts";
import { SecretInput } from "./SecretInput.tsx";

type Mode = "shown" | "entering" | "removing";

/** A secret: whether it is set, and setting, replacing and removing it. Never its value. */
export function SecretField({ secret, settings, blocked = null }: {
  secret: Secret;
  settings: Settings;
  /** Why it cannot be set now. */
  blocked?: string | null;
}): JSX.Element {
  const [mode, setMode] = useState<Mode>("shown");
  const first = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useLayoutEffect(() => {
    // Focus comes back to where it was before something opened.
    if (mode === "shown" && wasOpen.current) first.current?.focus();
    wasOpen.current = mode !== "shown";
  }, [mode]);
  const { id, label, help, boundTo } = secret;
  const { secrets, form } = settings;
  const state = secretView(
    secrets.find(id),
    secrets.list.value === null && isSet(form.loaded.value, id),
  );
  const verb = state.isSet ? "Replace" : "Set";
  const result = secrets.result.value?.id === id ? secrets.result.value : null;
  const isBusy = secrets.busy.value === id;
  const isMoving = boundTo.some((key) => form.changed.value.has(key));
  const obstacle = blocked ??
    (isMoving ? "Save your changes first: it is kept for one host." : null);
  const vault = secrets.problem.value;
  return (
    <div class="field secret" role="group" aria-label={label}>
      <div class="field-head">
        <span class="field-label">{label}</span>
      </div>
      <div class="secret-actions">
        {mode === "shown" && (
          <>
            <button
              ref={first}
              type="button"
              class="button"
              disabled={obstacle !== null}
              aria-label={`${verb} ${label}`}
              onClick={() => setMode("entering")}
            >
              {verb}
            </button>
            {state.isSet && (
              <button
                type="button"
                class="button"
                aria-label={`Remove ${label}`}
                onClick={() => setMode("removing")}
              >
                Remove
              </button>
            )}
          </>
        )}
        {mode === "entering" && (
          <SecretInput
            secret={secret}
            isBusy={isBusy}
            onTyped={(isTyped) => secrets.setTyped(id, isTyped)}
            onSend={async (value) => {
              if (await secrets.set(id, value)) setMode("shown");
            }}
            onCancel={() => setMode("shown")}
          />
        )}
        {mode === "removing" && (
          <RemoveQuestion
            label={label}
            isBusy={isBusy}
            onRemove={async () => {
              await secrets.remove(id);
              setMode("shown");
            }}
            onKeep={() => setMode("shown")}
          />
        )}
      </div>
      <div class="field-notes">
        <p class={state.isWrong ? "secret-state is-wrong" : "secret-state"} role="status">
          <bdi dir="auto">
            {result !== null && !result.isGood ? result.text : vault ?? state.text}
          </bdi>
        </p>
        <p class="help">{obstacle ?? help}</p>
      </div>
    </div>
  );
}

function RemoveQuestion({ label, isBusy, onRemove, onKeep }: {
  label: string;
  isBusy: boolean;
  onRemove: () => void;
  onKeep: () => void;
}): JSX.Element {
  const keep = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => keep.current?.focus(), []);
  return (
    <div
      class="secret-question"
      role="group"
      aria-label={`Remove ${label}?`}
      onKeyDown={(event) => {
        if (event.key === "Escape") onKeep();
      }}
    >
      <span>Remove it for good?</span>
      <button ref={keep} type="button" class="button" onClick={onKeep}>Keep</button>
      <button type="button" class="button danger" disabled={isBusy} onClick={onRemove}>
        Remove
      </button>
    </div>
  );
}
