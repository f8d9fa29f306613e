import assert from "node:assert/strict";
import { timeOfDay } from "../../shared/time_of_day.ts";
import type { Message } from "../../sidecar/notify/message.ts";
import { TEMPLATES } from "../../sidecar/notify/templates/templates.ts";
import { alertOf, messageOf, toldOf } from "./notify_rig.ts";

const SINCE = Date.UTC(2026, 10, 22, 20, 14, 5);
const END = SINCE + 125_000;
const AT = timeOfDay(SINCE);
const ADDRESSES = {
  discord: "https://discord.com/api/webhooks/123/token",
  ntfy: "https://ntfy.sh/topic?auth=QmVhcmVy",
  telegram: "https://api.telegram.org/bot12:AB/sendMessage?chat_id=-100&message_thread_id=7",
  pushover: "https://api.pushover.net/1/messages.json?token=app&user=me&device=phone",
  json: "https://hooks.example/a?b=c",
};

const drops = alertOf("network_drops:a", {
  severity: "critical",
  since: SINCE,
  message: "5 % of frames dropped. Lower the bitrate.",
});
const both = messageOf([
  toldOf(drops),
  toldOf(alertOf("gpu"), { firing: false, since: SINCE, resolvedAt: END, lastedMs: 125_000 }),
]);

function requestOf(template: keyof typeof ADDRESSES, message: Message) {
  const request = TEMPLATES[template](message, new URL(ADDRESSES[template]));
  assert.ok(typeof request !== "string", String(request));
  return { url: request.url.href, type: request.contentType, body: request.body };
}

const jsonBody = (template: keyof typeof ADDRESSES, message: Message) => {
  const { type, body } = requestOf(template, message);
  assert.equal(type, "application/json");
  return JSON.parse(body);
};

const FIRING = `Critical since ${AT}: 5 % of frames dropped. Lower the bitrate.`;
const OVER = `Over after 2 min (${AT} to ${timeOfDay(END)}): gpu is bad.`;

Deno.test("Discord gets plain content that pings nobody", () => {
  assert.deepEqual(jsonBody("discord", both), {
    content: `**anna: critical**\n${FIRING}\n${OVER.replace(/[()]/g, "\\$&")}`,
    allowed_mentions: { parse: [] },
    flags: 4,
  });
  assert.equal(requestOf("discord", both).url, ADDRESSES.discord);
  const hostile = alertOf("x", { message: "@everyone **b** [a](https://e.example) <@1> `c`" });
  const { content } = jsonBody("discord", messageOf([toldOf(hostile)]));
  assert.ok(
    content.endsWith(
      "\\@everyone \\*\\*b\\*\\* \\[a\\]\\(https://e.example\\) \\<\\@1\\> \\`c\\`",
    ),
    content,
  );
});

Deno.test("ntfy gets JSON at its root, with the topic inside and the token behind", () => {
  assert.equal(requestOf("ntfy", both).url, "https://ntfy.sh/?auth=QmVhcmVy");
  assert.deepEqual(jsonBody("ntfy", both), {
    topic: "topic",
    title: "anna: critical",
    message: `${FIRING}\n${OVER}`,
    priority: 5,
  });
  assert.equal(jsonBody("ntfy", messageOf([toldOf(alertOf("a"))])).priority, 4);
  assert.equal(jsonBody("ntfy", messageOf([], { kind: "test" })).priority, 3);
});

Deno.test("Telegram gets the chat in the body and a text without mentions", () => {
  assert.equal(requestOf("telegram", both).url, "https://api.telegram.org/bot12:AB/sendMessage");
  assert.deepEqual(jsonBody("telegram", both), {
    chat_id: "-100",
    message_thread_id: "7",
    text: `anna: critical\n${FIRING}\n${OVER}`,
    link_preview_options: { is_disabled: true },
  });
  const hostile = messageOf([toldOf(alertOf("a", { message: "@bob" }))], { streamer: "@eve" });
  const { text } = jsonBody("telegram", hostile);
  assert.doesNotMatch(text, /@\w/);
  assert.match(text, /bob$/);
});

Deno.test("Pushover gets a form with token and user out of the address", () => {
  const { url, type, body } = requestOf("pushover", both);
  assert.equal(url, "https://api.pushover.net/1/messages.json");
  assert.equal(type, "application/x-www-form-urlencoded");
  assert.deepEqual(Object.fromEntries(new URLSearchParams(body)), {
    token: "app",
    user: "me",
    device: "phone",
    title: "anna: critical",
    message: `${FIRING}\n${OVER}`,
    priority: "1",
  });
});

Deno.test("a program of one's own gets every field", () => {
  assert.equal(requestOf("json", both).url, ADDRESSES.json);
  const base = { metric: "obs.active_fps", value: 12, since: SINCE, times: 1 };
  assert.deepEqual(jsonBody("json", both), {
    version: 1,
    streamer: "anna",
    state: "firing",
    at: 5,
    alerts: [{
      ...base,
      id: "network_drops:a",
      severity: "critical",
      state: "firing",
      message: drops.message,
      resolved_at: null,
      duration_ms: null,
    }, {
      ...base,
      id: "gpu",
      severity: "error",
      state: "resolved",
      message: "gpu is bad.",
      resolved_at: END,
      duration_ms: 125_000,
    }],
    more: 0,
    lasting: null,
  });
  const over = both.alerts.slice(1);
  assert.equal(jsonBody("json", messageOf(over)).state, "resolved");
  const lasting = { count: 1, worst: "critical" } as const;
  const { state, lasting: told } = jsonBody("json", messageOf(over, { lasting }));
  assert.deepEqual([state, told], ["firing", lasting]);
  assert.equal(jsonBody("json", messageOf([], { kind: "test" })).state, "test");
});

Deno.test("no message is longer than its service takes, whatever the names are", () => {
  const names = ["x", "é", "@", "*", "\u{1F600}", "語", '"', "\\"].map((char) => char.repeat(5000));
  for (const name of names) {
    for (const count of [1, 3, 64]) {
      const alerts = Array.from(
        { length: count },
        (_, i) => toldOf(alertOf(`a${i}`, { message: name })),
      );
      const message = messageOf(alerts, { streamer: name, more: 3 });
      const { content } = jsonBody("discord", message);
      assert.ok(content.length <= 2000);
      const { title, message: text } = jsonBody("ntfy", message);
      assert.ok(new TextEncoder().encode(text).length <= 4096 && title.length <= 250);
      assert.ok(jsonBody("telegram", message).text.length <= 4096);
      const form = new URLSearchParams(requestOf("pushover", message).body);
      assert.ok((form.get("message") ?? "").length <= 1024);
      assert.ok((form.get("title") ?? "").length <= 250);
      for (const said of [content, text, form.get("message") ?? ""]) {
        assert.ok(said.isWellFormed());
        assert.match(said, /And \d+ more alerts: see the dock\.$/);
      }
    }
  }
});

Deno.test("the title says how many there are and how bad the worst is", () => {
  const title = (message: Message) => jsonBody("ntfy", message).title;
  const over = toldOf(alertOf("a"), { firing: false, resolvedAt: END, lastedMs: 1000, times: 3 });
  assert.equal(
    title(messageOf([toldOf(drops), toldOf(alertOf("b"))])),
    "anna: 2 alerts, the worst critical",
  );
  assert.equal(title(messageOf([over])), "anna: over");
  const lasting = (count: number) => ({ lasting: { count, worst: "critical" as const } });
  assert.equal(title(messageOf([over], lasting(1))), "anna: over, 1 critical lasts");
  assert.equal(title(messageOf([over], lasting(2))), "anna: over, 2 last, the worst critical");
  assert.equal(title(messageOf([], { kind: "test" })), "anna: test");
  const { message } = jsonBody("ntfy", messageOf([{ ...over, since: SINCE }]));
  assert.equal(
    message,
    `Over, came 3 times, ${AT} to ${timeOfDay(END)}, the last time for 1 s: a is bad.`,
  );
});

Deno.test("a line says its time once, and what to do only while it helps", () => {
  const lines = (message: string) => {
    const alert = alertOf("a", { message, since: SINCE });
    const end = { firing: false, resolvedAt: END, lastedMs: 125_000 };
    return [toldOf(alert), toldOf(alert, end)].map((told) =>
      jsonBody("ntfy", messageOf([told])).message.replace(/^.*?: /, "")
        .replace(/^\d\d:\d\d to .*?: /, "")
    );
  };
  for (
    const [message, lasts, over] of [
      [
        `Network: St. Anna's TV is dropping 12 % of its frames since ${AT}. Lower the bitrate.`,
        "Network: St. Anna's TV is dropping 12 % of its frames. Lower the bitrate.",
        "Network: St. Anna's TV is dropping 12 % of its frames.",
      ],
      [
        `GPU: RTX 4070 is at 88 °C since ${AT} and will slow down. Clean the fans.`,
        "GPU: RTX 4070 is at 88 °C and will slow down. Clean the fans.",
        "GPU: RTX 4070 is at 88 °C and will slow down.",
      ],
      [
        "Disk: 2.5 GB left where OBS records. Free some space. Or record elsewhere.",
        "Disk: 2.5 GB left where OBS records. Free some space. Or record elsewhere.",
        "Disk: 2.5 GB left where OBS records.",
      ],
      [
        "YouTube: what St. Anna sends is too warm: 84 °C. Open a window.",
        "YouTube: what St. Anna sends is too warm: 84 °C. Open a window.",
        "YouTube: what St. Anna sends is too warm: 84 °C.",
      ],
      ["No end", "No end", "No end"],
    ] as const
  ) {
    assert.deepEqual(lines(message), [lasts, over]);
  }
});

Deno.test("an address of another service is refused, with how to get the right one", () => {
  for (
    const [template, address] of [
      ["discord", "https://discord.com/channels/1/2"],
      ["ntfy", "https://ntfy.sh/"],
      ["ntfy", "https://ntfy.sh/a/b"],
      ["telegram", "https://api.telegram.org/bot1:a/sendMessage"],
      ["telegram", "https://discord.com/api/webhooks/1/canary?chat_id=1"],
      ["pushover", "https://api.pushover.net/1/messages.json?token=canary"],
    ] as const
  ) {
    const said = TEMPLATES[template](both, new URL(address));
    assert.ok(typeof said === "string");
    assert.match(said, /^notify\.webhook_url .*\. For another service set \[notify\] template\.$/);
    assert.doesNotMatch(said, /canary/);
  }
});
