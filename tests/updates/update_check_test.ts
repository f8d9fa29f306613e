import assert from "node:assert/strict";
import type { Config } from "../../shared/config.ts";
import { startUpdateCheck } from "../../sidecar/updates/update_check.ts";
import { FakeTime } from "../fake_time.ts";
import { keptLog } from "../log_lines.ts";

const URL_ = "https://updates.example/latest.json";
const DAY_MS = 24 * 3_600_000;
const RELEASE = { version: "0.3.0", url: "https://example.com/get", notes: "Fixes\nthings." };
const NOTICE =
  "Version 0.3.0 is there; this is 0.2.0. Get it at https://example.com/get. Fixes things.";

/** A web server on this machine that answers as the test says, in place of any https host. */
async function openRig() {
  const folder = await Deno.makeTempDir({ prefix: "updates-" });
  const state = {
    settings: { check: true, url: URL_ } as Config["updates"],
    answer: (): Response => Response.json(RELEASE),
    asked: [] as string[],
    headers: new Headers(),
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    state.headers = request.headers;
    return state.answer();
  });
  const time = new FakeTime();
  const { log, lines } = keptLog();
  const start = () =>
    startUpdateCheck({
      settings: () => state.settings,
      path: `${folder}/updates.json`,
      fetch: (url, init) => {
        state.asked.push(url);
        return fetch(`http://127.0.0.1:${server.addr.port}/`, init);
      },
      clock: time,
      log,
      version: "0.2.0",
    });
  return {
    ...{ state, time, lines, start, folder },
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

Deno.test("a newer version is told of, and asked for once a day, restarts included", async () => {
  await using rig = await openRig();
  const { state, time, start } = rig;
  const first = start();
  assert.equal(first.notice(), null);
  await first.refresh();
  assert.equal(first.notice(), NOTICE);
  await first.refresh();
  await first.stop();
  const second = start();
  await second.refresh();
  assert.equal(second.notice(), NOTICE);
  assert.deepEqual(state.asked, [URL_]);
  time.jump(DAY_MS);
  state.answer = () => Response.json({ ...RELEASE, version: "0.2.0" });
  await second.refresh();
  assert.equal(state.asked.length, 2);
  assert.equal(second.notice(), null);
  // A clock that was set back is no reason to wait for it.
  time.jump(-3 * DAY_MS);
  await second.refresh();
  assert.equal(state.asked.length, 3);
  await second.stop();
});

Deno.test("nobody is asked unless the user wants it, and what is turned off is silent", async () => {
  await using rig = await openRig();
  const { state, start } = rig;
  state.settings = { check: false, url: URL_ };
  const check = start();
  await check.refresh();
  state.settings = { check: true, url: null };
  await check.refresh();
  assert.deepEqual(state.asked, []);
  state.settings = { check: true, url: URL_ };
  await check.refresh();
  assert.equal(check.notice(), NOTICE);
  state.settings = { check: false, url: URL_ };
  assert.equal(check.notice(), null);
  state.settings = { check: true, url: "https://other.example/" };
  assert.equal(check.notice(), null);
  await check.refresh();
  assert.deepEqual(state.asked, [URL_, "https://other.example/"]);
  await check.stop();
});

Deno.test("the machine is not described to the server", async () => {
  await using rig = await openRig();
  const check = rig.start();
  await check.refresh();
  await check.stop();
  const sent = [...rig.state.headers.keys()].sort();
  assert.deepEqual(sent, ["accept", "accept-encoding", "accept-language", "host", "user-agent"]);
  assert.match(rig.state.headers.get("user-agent") ?? "", /^Deno\/[\d.]+$/);
});

Deno.test("answers that are none, or lead elsewhere, are told and not believed", async () => {
  await using rig = await openRig();
  const { state, time, start } = rig;
  const redirect = (location: string) => new Response(null, { status: 302, headers: { location } });
  const answers: [() => Response, RegExp][] = [
    [() => new Response("no", { status: 500 }), /answers with 500/],
    [() => new Response("<html>"), /something else than JSON/],
    [() => Response.json({ ...RELEASE, version: "soon" }), /does not name a version/],
    [() => Response.json({ ...RELEASE, url: "http://example.com/" }), /an https address/],
    [() => Response.json({ ...RELEASE, url: "https://a@example.com/" }), /an https address/],
    [() => Response.json({ ...RELEASE, notes: "x".repeat(20_000) }), /too long: more than 16384/],
    [() => redirect("https://evil.example/"), /sends elsewhere/],
    [() => redirect("http://updates.example/"), /sends elsewhere/],
    [() => redirect("/again"), /from one address to the next/],
  ];
  const check = start();
  for (const [answer, reason] of answers) {
    state.answer = answer;
    time.jump(DAY_MS);
    await check.refresh();
    assert.equal(check.notice(), null);
    assert.match(rig.lines.at(-1) ?? "", reason);
  }
  assert.ok(state.asked.every((url) => new URL(url).host === "updates.example"));
  let moved = false;
  state.answer = () => moved ? Response.json(RELEASE) : (moved = true, redirect("/new.json"));
  time.jump(DAY_MS);
  await check.refresh();
  assert.equal(check.notice(), NOTICE);
  assert.equal(state.asked.at(-1), "https://updates.example/new.json");
  await check.stop();
});

Deno.test("a damaged file is no reason not to ask", async () => {
  await using rig = await openRig();
  const { state, start, folder } = rig;
  await Deno.writeTextFile(`${folder}/updates.json`, '{"asked_at":');
  const check = start();
  await check.refresh();
  assert.equal(state.asked.length, 1);
  assert.equal(check.notice(), NOTICE);
  await check.stop();
});

Deno.test("it asks a minute after the start, then looks every hour whether a day is over", async () => {
  await using rig = await openRig();
  using time = rig.time.install();
  const answered = Promise.withResolvers<void>();
  const check = startUpdateCheck({
    settings: () => rig.state.settings,
    path: `${rig.folder}/updates.json`,
    fetch(url) {
      rig.state.asked.push(url);
      answered.resolve();
      return Promise.resolve(Response.json(RELEASE));
    },
    clock: time,
    log: keptLog().log,
    version: "0.2.0",
  });
  await time.pass(59_000);
  assert.equal(rig.state.asked.length, 0);
  await time.pass(1_000);
  await answered.promise;
  await check.refresh();
  await time.pass(23 * 3_600_000);
  await check.refresh();
  assert.equal(rig.state.asked.length, 1);
  await time.pass(2 * 3_600_000);
  await check.refresh();
  assert.equal(rig.state.asked.length, 2);
  await check.stop();
  assert.equal(time.waiting, 0);
});
