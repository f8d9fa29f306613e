import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import type { AlertEvent } from "../../shared/api.ts";
import type { Severity } from "../../shared/severity.ts";
import { soundAlerts } from "../../dock/models/alert_sound.ts";
import type { SoundLevel } from "../../dock/models/live.ts";

function world(level: SoundLevel) {
  const listeners = new Set<(event: AlertEvent) => void>();
  const heard: Severity[] = [];
  const wanted = signal(level);
  const clock = { ms: 0 };
  const end = soundAlerts({
    link: {
      onAlert(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    level: wanted,
    play: (severity) => heard.push(severity),
    now: () => clock.ms,
  });
  const tell = (
    id: string,
    severity: Severity,
    state: AlertEvent["state"] = "firing",
    uid = id,
  ): void => {
    clock.ms += 10_000;
    const since = clock.ms;
    const occurrence = { uid, state, since, fired_at: since, resolved_at: null };
    const alert = { ...occurrence, id, severity, message: "", metric: null, value: null };
    listeners.forEach((listener) => listener({ state, alert }));
  };
  return { heard, wanted, clock, tell, end, listeners };
}

Deno.test("is silent unless the user wants a sound", () => {
  const { heard, wanted, tell } = world("off");
  tell("a", "critical");
  assert.deepEqual(heard, []);
  wanted.value = "error";
  tell("b", "error");
  assert.deepEqual(heard, ["error"]);
});

Deno.test("is heard from the chosen severity on", () => {
  const { heard, tell } = world("error");
  tell("a", "warning");
  tell("b", "error");
  tell("c", "critical");
  assert.deepEqual(heard, ["error", "critical"]);
});

Deno.test("is heard once, again when it gets worse, and when it comes back", () => {
  const { heard, tell } = world("warning");
  tell("a", "warning");
  tell("a", "warning");
  tell("a", "error");
  tell("a", "warning");
  tell("a", "error", "resolved");
  tell("a", "warning");
  assert.deepEqual(heard, ["warning", "error", "warning"]);
});

Deno.test("many alerts at once make one sound", () => {
  const { heard, clock, tell } = world("warning");
  tell("a", "error");
  clock.ms -= 9000;
  tell("b", "error");
  clock.ms -= 9000;
  tell("c", "error");
  assert.deepEqual(heard, ["error"]);
});

Deno.test("a worse alert is heard at once, and what was drowned when it gets worse", () => {
  const { heard, clock, tell } = world("warning");
  tell("a", "warning");
  clock.ms -= 9000;
  tell("b", "warning");
  clock.ms -= 9000;
  tell("c", "critical");
  clock.ms -= 9000;
  tell("d", "error");
  assert.deepEqual(heard, ["warning", "critical"]);
  tell("d", "error");
  assert.deepEqual(heard, ["warning", "critical", "error"]);
});

Deno.test("an alert that a dead sidecar left open is heard when it comes again", () => {
  const { heard, tell } = world("warning");
  tell("a", "error", "firing", "first");
  tell("a", "error", "firing", "second");
  tell("a", "error", "firing", "second");
  assert.deepEqual(heard, ["error", "error"]);
});

Deno.test("a clock that was set back silences nothing", () => {
  const { heard, clock, tell } = world("warning");
  tell("a", "error");
  clock.ms -= 3_600_000;
  tell("b", "error");
  assert.deepEqual(heard, ["error", "error"]);
});

Deno.test("ends when it is told to", () => {
  const { end, listeners } = world("warning");
  end();
  assert.equal(listeners.size, 0);
});
