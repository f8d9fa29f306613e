import assert from "node:assert/strict";
import { Redactor } from "../../sidecar/log/redactor.ts";
import type { Outcome } from "../../sidecar/notify/outcome.ts";
import { sendMessage, type SendMessageOptions } from "../../sidecar/notify/send_message.ts";
import type { Vault } from "../../sidecar/vault/vault.ts";
import { freePort } from "../peers/ports.ts";
import { bytes, withVaultRig } from "../vault/vault_rig.ts";
import { alertOf, messageOf, startWebhook, toldOf } from "./notify_rig.ts";

const CANARY = "canary-0123456789abcdef";
const MESSAGE = messageOf([toldOf(alertOf("gpu"))]);

interface SendRig {
  vault: Vault;
  redactor: Redactor;
  set(address: string): Promise<void>;
  /** Sends, and asserts that no secret is in what it says. */
  send(options?: Partial<SendMessageOptions>): Promise<Outcome>;
}

function sendTest(name: string, fn: (rig: SendRig) => Promise<void>): void {
  Deno.test(name, () =>
    withVaultRig(async ({ open }) => {
      const vault = open();
      const redactor = new Redactor();
      await fn({
        vault,
        redactor,
        set: (address) => vault.set("notify.webhook_url", bytes(address), { host: null }),
        async send(options = {}) {
          const outcome = await sendMessage(MESSAGE, {
            vault: { find: () => Promise.resolve(vault) },
            template: "json",
            fetch,
            redactor,
            signal: new AbortController().signal,
            now: () => Date.UTC(2026, 10, 22, 20),
            ...options,
          });
          assert.ok(!JSON.stringify(outcome).includes("canary"), outcome.message);
          return outcome;
        },
      });
    }));
}

sendTest("posts the message once to the address in the vault", async (rig) => {
  await using webhook = startWebhook(() => new Response(null, { status: 204 }));
  await rig.set(`${webhook.origin}/hook/${CANARY}?key=${CANARY}`);
  assert.deepEqual(await rig.send(), { kind: "sent", message: "127.0.0.1 took the message." });
  const [got, ...others] = webhook.got;
  assert.deepEqual(others, []);
  assert.deepEqual([got?.method, got?.path], ["POST", `/hook/${CANARY}?key=${CANARY}`]);
  assert.equal(got?.headers.get("content-type"), "application/json");
  assert.equal(JSON.parse(got?.body ?? "").alerts[0].id, "gpu");
  assert.ok(![...got?.headers ?? []].flat().join().includes("canary"));
  const { origin } = webhook;
  const leak = `error for ${origin}/hook/${CANARY}?key=${CANARY} and ${CANARY}`;
  assert.equal(rig.redactor.redact(leak), "error for [redacted] and [redacted]");
});

sendTest("an answer decides whether it is tried again, and is told in plain words", async (rig) => {
  const html = { "content-type": "text/html" };
  let answer = () => new Response();
  await using webhook = startWebhook(() => answer());
  await rig.set(`${webhook.origin}/${CANARY}`);
  const cases: [ResponseInit, Outcome["kind"], RegExp, (number | null)?][] = [
    [{ status: 200 }, "sent", /took the message/],
    [{ status: 200, headers: html }, "sent", /took/],
    [{ status: 400 }, "refused", /does not take the message \(400\)\. Check/],
    [{ status: 401 }, "refused", /refused the address's token \(401\)/],
    [{ status: 403 }, "refused", /\(403\)/],
    [{ status: 404 }, "refused", /knows no such address \(404\).*set notify\.webhook_url again/],
    [{ status: 410 }, "refused", /\(410\)/],
    [{ status: 413 }, "refused", /\(413\)/],
    [{ status: 408 }, "retry", /\(408\)/, null],
    [{ status: 429 }, "retry", /no more messages for now/, null],
    [{ status: 429, headers: { "retry-after": "7" } }, "retry", /\(429\)/, 7000],
    [
      {
        status: 429,
        headers: {
          "retry-after": "Sun, 22 Nov 2026 20:00:09 GMT",
          date: "Sun, 22 Nov 2026 20:00:00 GMT",
        },
      },
      "retry",
      /\(429\)/,
      9000,
    ],
    [{ status: 500 }, "retry", /trouble of its own \(500\)/, null],
    [{ status: 503, headers: { "retry-after": "120" } }, "retry", /\(503\)/, 120_000],
  ];
  for (const [init, kind, pattern, afterMs] of cases) {
    answer = () => new Response(init.status === 204 ? null : `${CANARY}`, init);
    const outcome = await rig.send();
    assert.equal(outcome.kind, kind, outcome.message);
    assert.match(outcome.message, pattern);
    if (outcome.kind === "retry") assert.equal(outcome.afterMs, afterMs);
  }
  answer = () => Response.json({ retry_after: 1.5 }, { status: 429 });
  assert.deepEqual(await rig.send(), {
    kind: "retry",
    message: "127.0.0.1 takes no more messages for now (429). They go on by themselves.",
    afterMs: 1500,
  });
});

sendTest("a web page is no answer of a service", async (rig) => {
  let answer = () => new Response("hi", { headers: { "content-type": "text/html" } });
  await using webhook = startWebhook(() => answer());
  await rig.set(`${webhook.origin}/${CANARY}`);
  const page = await rig.send({ template: "ntfy" });
  assert.equal(page.kind, "retry");
  assert.match(page.message, /web page \(200\)/);
  answer = () => new Response("\n<!DOCTYPE html>");
  assert.equal((await rig.send({ template: "ntfy" })).kind, "retry");
});

sendTest("follows no redirect", async (rig) => {
  await using elsewhere = startWebhook(() => new Response());
  await using webhook = startWebhook(() => Response.redirect(`${elsewhere.origin}/${CANARY}`, 307));
  await rig.set(`${webhook.origin}/${CANARY}`);
  const outcome = await rig.send();
  assert.equal(outcome.kind, "refused");
  assert.match(outcome.message, /\(307\), which is not followed/);
  assert.deepEqual(elsewhere.got, []);
});

sendTest("reads no more of a long answer than it needs", async (rig) => {
  let sent = 0;
  let cancelled = false;
  const body = new ReadableStream({
    pull(controller) {
      sent += 65_536;
      controller.enqueue(new Uint8Array(65_536).fill(0x20));
      if (sent >= 10 << 20) controller.close();
    },
    cancel: () => {
      cancelled = true;
    },
  });
  await rig.set("http://127.0.0.1:9/x");
  const outcome = await rig.send({ fetch: () => Promise.resolve(new Response(body)) });
  assert.equal(outcome.kind, "sent");
  assert.ok(cancelled && sent < 1 << 20, `${sent} bytes`);

  await using webhook = startWebhook(() => new Response(new Uint8Array(10 << 20)));
  await rig.set(`${webhook.origin}/x`);
  assert.equal((await rig.send()).kind, "sent");
});

sendTest("says in plain words why there is no answer, and tries again", async (rig) => {
  const expect = async (pattern: RegExp, options: Partial<SendMessageOptions> = {}) => {
    const outcome = await rig.send(options);
    assert.equal(outcome.kind, "retry");
    assert.match(outcome.message, pattern);
  };
  const port = freePort();
  await rig.set(`http://127.0.0.1:${port}/${CANARY}`);
  await expect(new RegExp(`Nothing listens at 127\\.0\\.0\\.1:${port}`));

  await using plain = startWebhook(() => new Response());
  await rig.set(`${plain.origin.replace("http:", "https:")}/${CANARY}`);
  await expect(/No secure connection/);

  const silent = Promise.withResolvers<Response>();
  await using hung = startWebhook(() => silent.promise);
  await rig.set(`${hung.origin}/${CANARY}`);
  await expect(/did not answer within 10 s/, { deadlineMs: 50 });
  silent.resolve(new Response());

  await using half = startWebhook(() => new Response(new ReadableStream({})));
  await rig.set(`${half.origin}/${CANARY}`);
  await expect(/did not answer within 10 s/, { deadlineMs: 200 });

  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const reset = (async () => {
    for await (const connection of listener) connection.close();
  })();
  await rig.set(`http://127.0.0.1:${listener.addr.port}/${CANARY}`);
  await expect(/The connection to 127\.0\.0\.1:\d+ failed/);
  listener.close();
  await reset;

  const dns = new TypeError(`for url (https://${CANARY})`, { cause: new Error("dns error") });
  await rig.set(`https://hooks.example/${CANARY}`);
  await expect(/No host named hooks\.example/, { fetch: () => Promise.reject(dns) });
});

sendTest("says what to set while there is no address, and gives up a hung vault", async (rig) => {
  for (const find of [() => Promise.resolve(null), () => Promise.resolve(rig.vault)]) {
    const none = await rig.send({ vault: { find }, template: "ntfy" });
    assert.equal(none.kind, "not set up");
    assert.match(none.message, /Set notify\.webhook_url to that of your ntfy webhook/);
  }
  const never = new Promise<never>(() => {});
  const hung = await rig.send({ vault: { find: () => never }, deadlineMs: 20 });
  assert.equal(hung.kind, "retry");
  assert.match(hung.message, /^The vault did not answer .* keyring/);
});

sendTest("breaks off at once, whatever it waits for", async (rig) => {
  const never = new Promise<never>(() => {});
  const arrived = Promise.withResolvers<void>();
  const silent = Promise.withResolvers<Response>();
  await using hung = startWebhook(() => {
    arrived.resolve();
    return silent.promise;
  });
  await rig.set(`${hung.origin}/${CANARY}`);
  const stop = new AbortController();
  const { signal } = stop;
  const waiting = [rig.send({ vault: { find: () => never }, signal }), rig.send({ signal })];
  await arrived.promise;
  stop.abort();
  for (const outcome of await Promise.all(waiting)) assert.equal(outcome.kind, "retry");
  assert.equal((await rig.send({ signal })).kind, "retry");
  silent.resolve(new Response());
});

sendTest("the vault takes no address that would go over the network unencrypted", async (rig) => {
  for (
    const [address, pattern] of [
      ["http://ntfy.example/topic", /go to ntfy\.example unencrypted.*https/],
      ["http://127.0.0.1.example/topic", /unencrypted/],
      ["http://192.168.1.5/topic", /unencrypted/],
      ["https://user:canary@ntfy.sh/topic", /user name or password/],
      ["ntfy.sh/canary", /is no address/],
      ["ftp://ntfy.sh/canary", /is no address/],
    ] as const
  ) {
    await assert.rejects(rig.set(address), (error: Error) => {
      assert.match(error.message, pattern);
      assert.doesNotMatch(error.message, /canary/);
      return true;
    });
  }
  for (const address of ["http://[::1]:81/a", "http://localhost/a", " https://ntfy.sh/a "]) {
    await rig.set(address);
  }
});
