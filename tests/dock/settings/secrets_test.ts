import assert from "node:assert/strict";
import { ApiError, type Credential } from "../../../dock/api.ts";
import { ConnectionTest } from "../../../dock/models/settings/connection_test.ts";
import { Secrets } from "../../../dock/models/settings/secrets.ts";
import { secretView, strayPlatforms } from "../../../dock/models/settings/secret.ts";

const ID = "obs.websocket.password";

function credential(changes: Partial<Credential> = {}): Credential {
  return {
    id: ID,
    host: "localhost",
    usable: true,
    created_at: new Date(2026, 9, 3, 12).getTime(),
    last_used: null,
    ...changes,
  };
}

Deno.test("says how a secret stands, never what it is", () => {
  assert.equal(secretView(null, false).text, "Not set");
  assert.equal(secretView(null, true).text, "Set");
  assert.equal(secretView(credential(), true).text, "Set for localhost, 2026-10-03");
  assert.equal(secretView(credential({ host: null }), true).text, "Set, 2026-10-03");
  const moved = secretView(credential({ host: "pc.local", usable: false }), true);
  assert.equal(moved.isWrong, true);
  assert.match(moved.text, /pc\.local and not used for another host: enter it again/);
});

Deno.test("finds the keys of platforms that are gone", () => {
  const all = [ID, "platforms.twitch.stream_key", "platforms.old.stream_key"]
    .map((id) => credential({ id }));
  assert.deepEqual(strayPlatforms(all, ["twitch"]), ["old"]);
});

Deno.test("passes a value on and keeps none of it, whether it is taken or not", async () => {
  const values: string[] = [];
  let failure: Error | null = null;
  const secrets = new Secrets({
    credentials: () => Promise.resolve([credential()]),
    setCredential: (_id, value) => {
      values.push(value);
      return failure === null ? Promise.resolve() : Promise.reject(failure);
    },
    removeCredential: () => Promise.resolve(),
  });
  assert.equal(await secrets.set(ID, "hunter2"), true);
  assert.equal(secrets.find(ID)?.host, "localhost");
  failure = new ApiError("The vault cannot be written.", { status: 503 });
  assert.equal(await secrets.set(ID, "hunter3"), false);
  assert.equal(secrets.result.value?.text, "The vault cannot be written.");
  assert.deepEqual(values, ["hunter2", "hunter3"]);
  const state = [secrets.list, secrets.problem, secrets.busy, secrets.result, secrets.isTyping];
  assert.doesNotMatch(JSON.stringify(state.map(({ value }) => value)), /hunter/);
});

Deno.test("says why the vault cannot be read", async () => {
  const secrets = new Secrets({
    credentials: () => Promise.reject(new ApiError("The vault is damaged.", { status: 503 })),
    setCredential: () => Promise.resolve(),
    removeCredential: () => Promise.resolve(),
  });
  await secrets.read();
  assert.equal(secrets.problem.value, "The vault is damaged.");
});

Deno.test("tries a connection once at a time, and says how it went", async () => {
  let tries = 0;
  const test = new ConnectionTest({
    testConnection() {
      tries++;
      return tries === 1
        ? Promise.resolve({ ok: true, message: "fine" })
        : Promise.reject(new Error("no"));
    },
  }, "obs");
  const first = test.run();
  assert.equal(test.isBusy.value, true);
  await test.run();
  assert.equal(tries, 1);
  await first;
  assert.deepEqual(test.result.value, { ok: true, message: "fine" });
  await test.run();
  assert.deepEqual(test.result.value, { ok: false, message: "no" });
  assert.equal(test.isBusy.value, false);
});
