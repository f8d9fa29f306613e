/** `deno task vault`, called as main.ts calls it. */
import assert from "node:assert/strict";
import { entryTable } from "../../sidecar/cli/entry_table.ts";
import { createVaultCommand } from "../../sidecar/cli/vault.ts";
import { UsageError } from "../../sidecar/cli/arguments.ts";
import type { Environment } from "../../sidecar/environment.ts";
import { PASSWORD, TWITCH_KEY } from "./vault_rig.ts";

interface Outcome {
  code: number;
  printed: string;
  errors: string;
}

/** Calls the command with `input` as standard input, with no keyring in reach. */
async function withCommand(
  test: (
    call: (words: string[], options?: CallOptions) => Promise<Outcome>,
    folder: string,
  ) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "vault-command-" });
  try {
    await test(
      ([action, id], { input = "", host, terminal = false } = {}) =>
        callCommand({ folder, action, id, input, host, terminal }),
      folder,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

interface CallOptions {
  input?: string;
  host?: string;
  terminal?: boolean;
}

async function callCommand(
  { folder, action, id, input, host, terminal }: Required<Omit<CallOptions, "host">> & {
    folder: string;
    action: string | undefined;
    id: string | undefined;
    host: string | undefined;
  },
): Promise<Outcome> {
  const printed: string[] = [];
  const errors: string[] = [];
  let rest = new TextEncoder().encode(input);
  const command = createVaultCommand({
    input: {
      isTerminal: () => terminal,
      setRaw() {},
      read(buffer) {
        const length = Math.min(rest.length, buffer.length);
        buffer.set(rest.subarray(0, length));
        rest = rest.subarray(length);
        return Promise.resolve(length === 0 ? null : length);
      },
    },
    say: (text) => errors.push(text),
  });
  const environment = {
    // No keyring: the key goes into a file, which every machine has.
    os: "freebsd",
    env: () => undefined,
    print: (line: string) => printed.push(line),
    printError: (line: string) => errors.push(line),
  } as unknown as Environment;
  const flags = { action, id, host, "data-dir": folder };
  const code = await command.run(flags, environment);
  return { code, printed: printed.join("\n"), errors: errors.join("\n") };
}

Deno.test("a secret is stored, listed without its value, and deleted", async () => {
  await withCommand(async (call) => {
    assert.equal((await call(["list"])).printed, "The vault is empty.");
    const stored = await call(["set", PASSWORD], { input: "hunter22\r\n" });
    assert.equal(stored.code, 0);
    assert.equal(stored.printed, `${PASSWORD} is stored, for localhost alone.`);
    assert.match(stored.errors, /vault\.key.*Whoever can read/);
    const listed = await call(["list"]);
    assert.match(
      listed.printed,
      /^ID +HOST +CREATED +LAST USED\nobs\.websocket\.password +localhost/,
    );
    const deleted = await call(["delete", PASSWORD]);
    assert.deepEqual([deleted.code, deleted.printed], [0, `${PASSWORD} is deleted.`]);
    const again = await call(["delete", PASSWORD]);
    assert.equal(again.code, 1);
    assert.match(again.errors, /is not set/);
    for (const { printed, errors } of [stored, listed, deleted, again]) {
      assert.doesNotMatch(printed + errors, /hunter/);
    }
  });
});

Deno.test("the prompt shows nothing that is typed, and Ctrl-C stores nothing", async () => {
  await withCommand(async (call) => {
    const stored = await call(["set", PASSWORD], { input: "typed-secret\r", terminal: true });
    assert.equal(stored.code, 0);
    assert.match(stored.errors, /Value of obs\.websocket\.password \(not shown\): \n/);
    assert.doesNotMatch(stored.errors + stored.printed, /typed/);
    const cancelled = await call(["set", TWITCH_KEY], { input: "typ\u0003", terminal: true });
    assert.equal(cancelled.code, 1);
    assert.match(cancelled.errors, /Nothing was stored\./);
    assert.doesNotMatch((await call(["list"])).printed, /twitch/);
  });
});

Deno.test("a secret is bound to the host that is set, or that the user names", async () => {
  await withCommand(async (call) => {
    const key = await call(["set", TWITCH_KEY], { input: "k", host: "Ingest.Example." });
    assert.equal(key.printed, `${TWITCH_KEY} is stored, for ingest.example alone.`);
    const early = await call(["set", "grafana.api_token"], { input: "t" });
    assert.match(early.errors, /No host is set for grafana\.api_token yet, so it is not used/);
    await call(["set", "grafana.api_url"], { input: "https://otlp.example:443/otlp\n" });
    const token = await call(["set", "grafana.api_token"], { input: "t" });
    assert.equal(token.printed, "grafana.api_token is stored, for otlp.example alone.");
    const { printed } = await call(["list"]);
    assert.match(printed, /grafana\.api_url +- /);
    assert.match(printed, /grafana\.api_token +otlp\.example /);
  });
});

Deno.test("a secret whose host changed is told of, until the new host is confirmed", async () => {
  await withCommand(async (call, folder) => {
    const settings = (host: string) =>
      Deno.writeTextFile(`${folder}/config.toml`, `[obs]\nhost = "${host}"\n`);
    await call(["set", PASSWORD], { input: "hunter22" });
    assert.doesNotMatch((await call(["list"])).printed, /not used/);
    await settings("10.0.0.6");
    const listed = await call(["list"]);
    assert.match(listed.printed, /obs\.websocket\.password +localhost /);
    assert.match(
      listed.printed,
      /is not used: it was entered for localhost, and the settings now name 10\.0\.0\.6\. .*vault confirm obs\.websocket\.password"/,
    );
    const confirmed = await call(["confirm", PASSWORD]);
    assert.deepEqual(
      [confirmed.code, confirmed.printed],
      [0, `${PASSWORD} is now for 10.0.0.6 alone; it was for localhost.`],
    );
    assert.match((await call(["list"])).printed, /password +10\.0\.0\.6 +\S+ \S+ +never$/);
    const again = await call(["confirm", PASSWORD]);
    assert.deepEqual([again.code, again.printed], [
      0,
      `${PASSWORD} is for 10.0.0.6 alone already.`,
    ]);
    await settings("localhost");
    assert.match((await call(["list"])).printed, /entered for 10\.0\.0\.6/);
    const named = await call(["confirm", PASSWORD], { host: "127.0.0.1" });
    assert.match(named.printed, /is now for localhost alone; it was for 10\.0\.0\.6\.$/);
    for (const { printed, errors } of [listed, confirmed, again, named]) {
      assert.doesNotMatch(printed + errors, /hunter/);
    }
  });
});

Deno.test("what cannot be confirmed is answered with what is missing", async () => {
  await withCommand(async (call) => {
    const missing = await call(["confirm", PASSWORD]);
    assert.deepEqual([missing.code, /is not set/.test(missing.errors)], [1, true]);
    const kick = "platforms.kick.stream_key";
    const early = await call(["set", kick], { input: "k" });
    assert.match(early.errors, /vault confirm platforms\.kick\.stream_key --host HOST"/);
    const nowhere = await call(["confirm", kick]);
    assert.deepEqual([nowhere.code, /name it with --host HOST/.test(nowhere.errors)], [1, true]);
    assert.match((await call(["list"])).printed, /kick\.stream_key is not used: it is for no host/);
    const named = await call(["confirm", kick], { host: "ingest.example" });
    assert.match(named.printed, /is now for ingest\.example alone; it was for no host yet/);
    assert.doesNotMatch((await call(["list"])).printed, /not used/);
    await assert.rejects(call(["confirm", "grafana.api_url"]), UsageError);
  });
});

Deno.test("looking at the secrets is no use of them", async () => {
  await withCommand(async (call) => {
    await call(["set", "grafana.api_url"], { input: "https://otlp.example/otlp" });
    await call(["set", "grafana.api_token"], { input: "t" });
    await call(["list"]);
    assert.match((await call(["list"])).printed, /grafana\.api_url .* never$/);
  });
});

Deno.test("Twitch's stream key is for Twitch's own address unless another is set", async () => {
  await withCommand(async (call, folder) => {
    const key = await call(["set", TWITCH_KEY], { input: "k" });
    assert.equal(
      key.printed,
      `${TWITCH_KEY} is stored, for ingest.global-contribute.live-video.net alone.`,
    );
    await Deno.writeTextFile(
      `${folder}/config.toml`,
      '[platforms.twitch]\ningest_url = "rtmp://fra02.contribute.live-video.net/app"\n',
    );
    const other = await call(["set", TWITCH_KEY], { input: "k" });
    assert.match(other.printed, /for fra02\.contribute\.live-video\.net alone/);
  });
});

Deno.test("wrong calls are answered with what is right, exit code 2, before anything is read", async () => {
  await withCommand(async (call, folder) => {
    const wrong: [string[], CallOptions, RegExp][] = [
      [[], {}, /needs one of set, list, confirm and delete\. See --help/],
      [["show"], {}, /not "show"/],
      [["set"], {}, /vault set needs an id/],
      [["delete"], {}, /vault delete needs an id/],
      [["confirm"], {}, /vault confirm needs an id/],
      [["list", PASSWORD], {}, /takes no id/],
      [["set", "platforms.a/b.stream_key"], {}, /The ids are: obs\.websocket\.password/],
      [["set", PASSWORD], { host: "http://a/" }, /is no host/],
      [["set", PASSWORD], { host: "" }, /--host needs a value/],
    ];
    for (const [words, options, message] of wrong) {
      await assert.rejects(call(words, { input: "x", ...options }), (error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, message);
        return true;
      });
    }
    const refused = [["", /cannot be empty/], ["\n", /cannot be empty/], [
      "x".repeat(1 << 20),
      /64 KiB at most/,
    ]] as const;
    for (const [input, message] of refused) {
      const { code, errors } = await call(["set", PASSWORD], { input });
      assert.equal(code, 2);
      assert.match(errors, message);
    }
    assert.throws(() => Deno.statSync(`${folder}/vault.dat`), Deno.errors.NotFound);
  });
});

Deno.test("a vault that does not open is said once, with exit code 2, and kept", async () => {
  await withCommand(async (call, folder) => {
    await Deno.writeTextFile(`${folder}/vault.dat`, "garbage");
    for (const words of [["list"], ["delete", PASSWORD], ["set", PASSWORD]]) {
      const { code, errors } = await call(words, { input: "x" });
      assert.equal(code, 2);
      assert.equal(errors.match(/is damaged/g)?.length, 1, errors);
    }
    assert.equal(await Deno.readTextFile(`${folder}/vault.dat`), "garbage");
  });
});

Deno.test("the table lines up, with times in UTC", () => {
  const entry = { revision: "00", created_at: 1_795_370_000, last_used: null, host: null };
  assert.deepEqual(
    entryTable([
      { ...entry, id: "grafana.api_url" },
      { ...entry, id: "grafana.api_token", last_used: 1_795_373_600, host: "a.example" },
      { ...entry, id: "platforms.x.stream_key" },
    ]),
    [
      "ID                      HOST       CREATED           LAST USED",
      "grafana.api_url         -          2026-11-22 17:53  never",
      "grafana.api_token       a.example  2026-11-22 17:53  2026-11-22 18:53",
      "platforms.x.stream_key  none yet   2026-11-22 17:53  never",
    ],
  );
});
