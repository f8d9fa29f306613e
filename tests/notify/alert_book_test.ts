import assert from "node:assert/strict";
import fc from "fast-check";
import { SEVERITIES } from "../../shared/severity.ts";
import { rank } from "../../sidecar/health/case.ts";
import { AlertBook } from "../../sidecar/notify/alert_book.ts";
import { alertOf } from "./notify_rig.ts";

const IDS = ["a", "b", "c"];
const LEAST = "error";

/** What happens: an alert fires, resolves, or a message goes out, arrives or not. */
const step = fc.record({
  id: fc.constantFrom(...IDS),
  severity: fc.constantFrom(...SEVERITIES),
  action: fc.constantFrom("fire", "resolve", "send", "fail", "give up"),
  /** An event while the message is under way. */
  meanwhile: fc.constantFrom("fire", "resolve", "nothing"),
  afterMs: fc.constantFrom(0, 100, 4000, 31_000, 400_000),
});

Deno.test("whatever happens, the last that is told of an alert is how it stands", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const book = new AlertBook();
      let nowMs = 1_000_000;
      const firing = new Set<string>();
      /** The last that was told of each: whether it lasts. */
      const told = new Map<string, boolean>();
      const givenUp = new Set<string>();

      function change(id: string, state: "fire" | "resolve", severity: typeof SEVERITIES[number]) {
        const moment = { now: nowMs, nowMs, least: LEAST } as const;
        const alert = alertOf(id, { severity, since: nowMs });
        if (state === "resolve") {
          firing.delete(id);
          book.take({ state: "resolved", alert }, moment);
          return;
        }
        if (rank(severity) >= rank(LEAST)) firing.add(id);
        book.take({ state: "firing", alert }, moment);
      }

      function send(meanwhile = () => {}) {
        const taken = book.toTell(nowMs);
        meanwhile();
        for (const { alert, firing: lasts, times } of taken.alerts) {
          assert.ok(times >= 1);
          told.set(alert.id, lasts);
          givenUp.delete(alert.id);
        }
        book.tell(taken, nowMs);
      }

      for (const { id, severity, action, meanwhile, afterMs } of steps) {
        nowMs += afterMs;
        if (action === "fire" || action === "resolve") {
          change(id, action, severity);
        } else if (action === "send") {
          send(() => meanwhile === "nothing" ? undefined : change(id, meanwhile, severity));
        } else if (action === "give up") {
          book.giveUp();
          for (const each of IDS) givenUp.add(each);
        }
      }
      for (let due = book.dueMs(nowMs), sends = 0; due !== null; due = book.dueMs(nowMs)) {
        assert.ok(++sends < 10, "there is always more to tell");
        nowMs = Math.max(nowMs, due);
        send();
      }
      for (const id of IDS) {
        if (!givenUp.has(id)) assert.equal(told.get(id) ?? false, firing.has(id), id);
      }
    }),
    { numRuns: 2000 },
  );
});
