import assert from "node:assert/strict";
import type { Severity } from "../../shared/severity.ts";
import { defaultConfig } from "../../shared/config.ts";
import type { Message } from "../../sidecar/notify/message.ts";
import { Notifier } from "../../sidecar/notify/notifier.ts";
import type { Outcome } from "../../sidecar/notify/outcome.ts";
import { FakeTime } from "../fake_time.ts";
import { keptLog } from "../log_lines.ts";
import { alertOf } from "./notify_rig.ts";

const SENT: Outcome = { kind: "sent", message: "ok" };
const LATER: Outcome = { kind: "retry", message: "It is down.", afterMs: null };
const REFUSED: Outcome = { kind: "refused", message: "Set it again." };
const SECOND = 1000;
const MINUTE = 60 * SECOND;

interface Rig {
  time: FakeTime;
  notifier: Notifier;
  /** What was sent and arrived: `+id` for an alert that lasts, `-id` for one that is over. */
  messages: string[];
  whole: Message[];
  /** Attempts, arrived or not. */
  attempts(): number;
  lines: string[];
  settings: ReturnType<typeof defaultConfig>["notify"];
  /** How it goes from now on. */
  answer(outcome: Outcome | (() => Promise<Outcome>)): void;
  fire(id: string, severity?: Severity): void;
  resolve(id: string): void;
}

function notifierTest(name: string, fn: (rig: Rig) => Promise<void>): void {
  Deno.test(name, async () => {
    using time = new FakeTime().install();
    const settings = { ...defaultConfig().notify, enabled: true };
    const { log, lines } = keptLog();
    const whole: Message[] = [];
    const messages: string[] = [];
    let attempts = 0;
    let answer: Outcome | (() => Promise<Outcome>) = SENT;
    const notifier = new Notifier({
      settings: () => settings,
      streamer: () => "anna",
      clock: time,
      log,
      async send(message) {
        attempts++;
        const outcome = typeof answer === "function" ? await answer() : answer;
        if (outcome.kind !== "sent") return outcome;
        whole.push(message);
        messages.push(
          message.alerts.map(({ firing, alert, times }) =>
            `${firing ? "+" : "-"}${alert.id}${times > 1 ? `x${times}` : ""}`
          ).join(" "),
        );
        return outcome;
      },
    });
    await fn({
      time,
      notifier,
      messages,
      whole,
      lines,
      settings,
      attempts: () => attempts,
      answer: (next) => answer = next,
      fire: (id, severity) =>
        notifier.take({
          state: "firing",
          alert: alertOf(id, { since: time.now(), ...severity === undefined ? {} : { severity } }),
        }),
      resolve: (id) => notifier.take({ state: "resolved", alert: alertOf(id) }),
    });
    await notifier.close();
    assert.equal(time.waiting, 0);
  });
}

notifierTest(
  "alerts of a few seconds come in one message, and their ends in another",
  async (rig) => {
    const { time, messages, whole } = rig;
    const began = time.now();
    rig.fire("a");
    await time.pass(3 * SECOND);
    rig.fire("b", "critical");
    await time.pass(1.9 * SECOND);
    assert.deepEqual(messages, []);
    await time.pass(0.2 * SECOND);
    assert.deepEqual(messages, ["+b +a"]);
    await time.pass(2 * MINUTE);
    rig.resolve("a");
    await time.pass(2 * SECOND);
    rig.resolve("b");
    await time.pass(10 * MINUTE);
    assert.deepEqual(messages, ["+b +a", "-b -a"]);
    const a = whole[1]?.alerts[1];
    assert.deepEqual([a?.since, a?.lastedMs], [began, 125_100]);
  },
);

notifierTest(
  "what came and went before it was told is told once, and no end of it",
  async (rig) => {
    rig.fire("a");
    await rig.time.pass(2 * SECOND);
    rig.resolve("a");
    await rig.time.pass(30 * MINUTE);
    assert.deepEqual(rig.messages, ["-a"]);
    assert.equal(rig.whole[0]?.alerts[0]?.lastedMs, 2 * SECOND);
  },
);

notifierTest("milder alerts are not told, nor that they are over", async (rig) => {
  rig.fire("a", "warning");
  await rig.time.pass(MINUTE);
  rig.resolve("a");
  await rig.time.pass(MINUTE);
  assert.equal(rig.attempts(), 0);
});

notifierTest(
  "an alert that becomes worse is told again, one that becomes milder is not",
  async (rig) => {
    const { time, messages } = rig;
    rig.fire("a", "warning");
    rig.fire("a", "error");
    await time.pass(2 * MINUTE);
    rig.fire("a", "critical");
    await time.pass(2 * MINUTE);
    rig.fire("a", "error");
    rig.fire("a", "info");
    await time.pass(2 * MINUTE);
    assert.deepEqual(messages, ["+a", "+a"]);
    rig.resolve("a");
    await time.pass(2 * MINUTE);
    assert.deepEqual(messages, ["+a", "+a", "-a"]);
  },
);

notifierTest("two messages a minute and fifteen an hour at most; the next sums up", async (rig) => {
  const { time, messages, whole } = rig;
  for (let i = 0; i < 900; i++) {
    rig.fire(`a${i}`);
    if (i > 0) rig.resolve(`a${i - 1}`);
    await time.pass(4 * SECOND);
  }
  assert.equal(messages.length, 15);
  const times = whole.map(({ at }) => at);
  for (const [i, at] of times.entries()) {
    assert.ok(i < 2 || at - (times[i - 2] ?? at) >= MINUTE);
  }
  await time.pass(61 * MINUTE);
  assert.ok(messages.length <= 24, String(messages.length));
  assert.ok(whole.every(({ alerts }) => alerts.length <= 64));
  assert.ok(whole.some(({ more }) => more > 0));
});

notifierTest(
  "what is critical is told within a minute after a storm, twenty an hour",
  async (rig) => {
    const { time, messages, whole } = rig;
    for (let i = 0; i < 50; i++) {
      rig.fire(`a${i}`);
      await time.pass(12 * SECOND);
    }
    assert.equal(messages.length, 15);
    for (let i = 0; i < 6; i++) {
      rig.fire(`c${i}`, "critical");
      await time.pass(MINUTE + 10 * SECOND);
      const isTold = messages.some((message) => message.includes(`+c${i}`));
      assert.equal(isTold, i < 5, `c${i}`);
    }
    assert.equal(messages.length, 20);
    assert.ok(whole[15]?.alerts.some(({ alert }) => alert.id === "a49"), "the others come with it");
  },
);

notifierTest(
  "an alert that comes and goes is told a few times and then when it settles",
  async (rig) => {
    const { time, messages } = rig;
    const flapFor = async (minutes: number) => {
      for (let i = 0; i < minutes * 2; i++) {
        rig.fire("a");
        await time.pass(15 * SECOND);
        rig.resolve("a");
        await time.pass(15 * SECOND);
      }
    };
    await flapFor(60);
    const flapping = messages.length;
    assert.ok(flapping >= 6 && flapping <= 20, `${flapping} messages`);
    await time.pass(20 * MINUTE);
    assert.ok(messages.length <= flapping + 1);
    assert.match(messages.at(-1) ?? "", /^-a/);
    assert.ok(messages.some((message) => /x\d+$/.test(message)));
  },
);

notifierTest("what comes and goes is told at once when it is worse than ever told", async (rig) => {
  const { time, messages } = rig;
  for (let i = 0; i < 5; i++) {
    rig.fire("a");
    await time.pass(40 * SECOND);
    rig.resolve("a");
    await time.pass(40 * SECOND);
  }
  const before = messages.length;
  rig.fire("a");
  await time.pass(20 * SECOND);
  assert.equal(messages.length, before);
  rig.fire("a", "critical");
  await time.pass(MINUTE);
  assert.match(messages.at(-1) ?? "", /^\+a/);
  assert.equal(messages.length, before + 1);
  rig.resolve("a");
  rig.fire("a", "critical");
  await time.pass(MINUTE);
  assert.equal(messages.length, before + 1);
});

notifierTest("what becomes worse and worse does not come and go", async (rig) => {
  const { time, messages, settings } = rig;
  settings.minimum_severity = "info";
  for (const severity of ["info", "warning", "error", "critical"] as const) {
    rig.fire("a", severity);
    await time.pass(MINUTE);
  }
  rig.resolve("a");
  await time.pass(10 * SECOND);
  assert.deepEqual(messages, ["+a", "+a", "+a", "+a", "-a"]);
});

notifierTest("a message says what still lasts of what was told before", async (rig) => {
  const { time, whole } = rig;
  rig.fire("a", "critical");
  rig.fire("b");
  await time.pass(MINUTE);
  rig.resolve("b");
  await time.pass(MINUTE);
  rig.resolve("a");
  await time.pass(MINUTE);
  assert.deepEqual(whole.map(({ lasting }) => lasting), [
    null,
    { count: 1, worst: "critical" },
    null,
  ]);
});

notifierTest("an alert that is back before its end was told has not ended", async (rig) => {
  rig.fire("a");
  await rig.time.pass(MINUTE);
  rig.resolve("a");
  await rig.time.pass(2 * SECOND);
  rig.fire("a");
  await rig.time.pass(5 * MINUTE);
  assert.deepEqual(rig.messages, ["+a"]);
  rig.resolve("a");
  await rig.time.pass(5 * MINUTE);
  assert.deepEqual(rig.messages, ["+a", "-ax2"]);
});

notifierTest(
  "tries again with growing pauses, tells the user, and says how things stand then",
  async (rig) => {
    const { time, messages, notifier, lines } = rig;
    rig.answer(LATER);
    rig.fire("a");
    await time.pass(6 * SECOND);
    assert.deepEqual([rig.attempts(), notifier.problem], [1, null]);
    await time.pass(40 * SECOND);
    assert.equal(rig.attempts(), 4);
    assert.equal(notifier.problem, "It is down.");
    rig.fire("b");
    await time.pass(5 * MINUTE);
    rig.resolve("b");
    await time.pass(20 * MINUTE);
    rig.answer(SENT);
    await time.pass(5 * MINUTE);
    // b is no news any more: it came and went long ago.
    assert.deepEqual(messages, ["+a"]);
    assert.equal(notifier.problem, null);
    assert.deepEqual(lines, [
      "warn: Alerts are not sent. It is down.",
      "info: Alerts are sent again.",
    ]);
  },
);

notifierTest(
  "gives up after an hour until there is news, and tells no end of the untold",
  async (rig) => {
    const { time, messages } = rig;
    rig.answer(LATER);
    rig.fire("a");
    await time.pass(3 * 60 * MINUTE);
    assert.ok(rig.attempts() < 25, String(rig.attempts()));
    const before = rig.attempts();
    rig.answer(SENT);
    await time.pass(60 * MINUTE);
    rig.resolve("a");
    await time.pass(60 * MINUTE);
    assert.deepEqual([rig.attempts(), messages], [before, []]);
    rig.fire("a");
    await time.pass(MINUTE);
    assert.deepEqual(messages, ["+a"]);
  },
);

notifierTest("leaves a server alone for as long as it asks", async (rig) => {
  rig.answer({ ...LATER, afterMs: 7 * MINUTE });
  rig.fire("a");
  await rig.time.pass(6 * SECOND);
  rig.answer(SENT);
  await rig.time.pass(7 * MINUTE - 2 * SECOND);
  assert.equal(rig.attempts(), 1);
  await rig.time.pass(2 * SECOND);
  assert.deepEqual(rig.messages, ["+a"]);
});

notifierTest("tries slowly where it is refused, and at once after a change", async (rig) => {
  const { time, notifier, messages, lines } = rig;
  rig.answer(REFUSED);
  rig.fire("a");
  await time.pass(MINUTE);
  rig.fire("b");
  assert.deepEqual([rig.attempts(), notifier.problem], [1, "Set it again."]);
  await time.pass(60 * MINUTE);
  assert.deepEqual([rig.attempts(), notifier.problem], [5, "Set it again."]);
  rig.answer(SENT);
  notifier.resume();
  assert.equal(notifier.problem, null);
  await time.pass(MINUTE);
  assert.deepEqual(messages, ["+a +b"]);
  assert.deepEqual(lines, ["warn: Alerts are not sent. Set it again."]);
});

notifierTest("goes on by itself where a refusal was the service's own fault", async (rig) => {
  const { time, notifier, messages } = rig;
  rig.answer(REFUSED);
  rig.fire("a");
  await time.pass(3 * 60 * MINUTE);
  rig.answer(SENT);
  await time.pass(15 * MINUTE);
  assert.deepEqual([messages, notifier.problem], [["+a"], null]);
});

notifierTest("without an address nothing is tried twice, and it is no trouble", async (rig) => {
  rig.answer({ kind: "not set up", message: "Set it." });
  rig.fire("a");
  rig.fire("b");
  await rig.time.pass(60 * MINUTE);
  assert.deepEqual([rig.attempts(), rig.notifier.problem, rig.lines], [1, null, []]);
});

notifierTest("what happens while a message is under way is told in the next", async (rig) => {
  const { time, messages } = rig;
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  rig.answer(() => promise);
  rig.fire("a");
  await time.pass(6 * SECOND);
  rig.resolve("a");
  rig.fire("b");
  await time.pass(10 * SECOND);
  assert.equal(rig.attempts(), 1);
  rig.answer(SENT);
  resolve(SENT);
  await time.pass(10 * SECOND);
  assert.deepEqual(messages, ["+a", "+b -a"]);
});

notifierTest("switched off it tells nothing, and afterwards nothing of before", async (rig) => {
  const { time, settings, notifier } = rig;
  rig.fire("a");
  settings.enabled = false;
  notifier.resume();
  rig.fire("b");
  await time.pass(MINUTE);
  settings.enabled = true;
  notifier.resume();
  rig.resolve("a");
  await time.pass(MINUTE);
  assert.equal(rig.attempts(), 0);
});

notifierTest("a test goes out at once, and a good one ends a stop", async (rig) => {
  const { notifier, settings, time } = rig;
  rig.answer(REFUSED);
  rig.fire("a");
  await time.pass(MINUTE);
  assert.deepEqual(await notifier.test(), { ok: false, message: "Set it again." });
  assert.equal(notifier.problem, "Set it again.");
  rig.answer(SENT);
  assert.deepEqual(await notifier.test(), { ok: true, message: "ok" });
  assert.deepEqual([rig.whole[0]?.kind, notifier.problem], ["test", null]);
  settings.enabled = false;
  assert.match((await notifier.test()).message, /once \[notify\] enabled = true/);
});

notifierTest("a jump of the wall clock changes no duration and no pace", async (rig) => {
  const { time, whole } = rig;
  rig.fire("a");
  await time.pass(10 * SECOND);
  time.jump(-5 * 60 * MINUTE);
  await time.pass(50 * SECOND);
  rig.resolve("a");
  await time.pass(6 * SECOND);
  assert.equal(whole[1]?.alerts[0]?.lastedMs, MINUTE);
});
