import assert from "node:assert/strict";
import {
  createTwitchIngests,
  judgeServers,
  readIngests,
  twitchIngestsCheck,
} from "../../../sidecar/preflight/network/twitch_ingests.ts";
import { FakeTime } from "../../fake_time.ts";
import { startRtmpServer } from "../../peers/rtmp_server.ts";
import { access, allNamesHere, context } from "./network_fixture.ts";

function ingest(name: string, priority: number, port = 443) {
  return {
    ...{ _id: 1, name, priority, default: false, availability: 1 },
    url_template: `rtmp://${name}.example.com/app/{stream_key}`,
    url_template_secure: `rtmps://${name}.example.com:${port}/app/{stream_key}`,
  };
}

const LIST = JSON.stringify({
  ingests: [ingest("far", 9), ingest("near", 0), ingest("third", 2), ingest("second", 1)],
});

Deno.test("takes the three nearest servers out of Twitch's list, and nothing that is no URL", () => {
  assert.deepEqual(readIngests(LIST).map(({ name }) => name), ["near", "second", "third"]);
  const [first] = readIngests(LIST);
  assert.deepEqual([first?.ingest.host, first?.ingest.app], ["near.example.com", "app"]);
  const odd = { ...ingest("odd\u202e", 0), url_template_secure: "javascript:alert(1)" };
  const list = JSON.stringify({ ingests: [odd, ingest("near", 1)] });
  assert.deepEqual(readIngests(list).map(({ name }) => name), ["near"]);
  for (const text of ["", "{}", "[]", '{"ingests":[]}', '{"ingests":[{"name":1}]}']) {
    assert.throws(() => readIngests(text));
  }
});

Deno.test("asks for the list once an hour, and again after a failure", async () => {
  const time = new FakeTime();
  let asked = 0;
  let answer = () => new Response("no", { status: 503 });
  const ingests = createTwitchIngests({
    fetch: () => Promise.resolve((asked++, answer())),
    clock: time,
  });
  const { signal } = new AbortController();
  await assert.rejects(ingests(signal), /503/);
  answer = () => new Response(LIST);
  for (let i = 0; i < 3; i++) assert.equal((await ingests(signal)).length, 3);
  assert.equal(asked, 2);
  time.sleep(3_600_000);
  await ingests(signal);
  assert.equal(asked, 3);
  time.sleep(3_600_000);
  answer = () => new Response(`"${"x".repeat(600_000)}"`);
  await assert.rejects(ingests(signal), /too long/);
});

Deno.test("compares the user's server with the nearest ones; without the list it is skipped", async () => {
  using server = startRtmpServer();
  const list = JSON.stringify({
    ingests: [ingest("one", 0, server.port), ingest("two", 1, server.port), ingest("gone", 2, 1)],
  });
  const options = (text: string) => ({
    access: access({ network: allNamesHere }),
    ingests: () => Promise.try(() => readIngests(text)),
  });
  const target = { platform: "twitch", url: server.url };
  const network = {
    ...allNamesHere,
    connect: (address: { hostname: string; port: number; signal: AbortSignal }) =>
      allNamesHere.connect({ ...address, hostname: "127.0.0.1" }),
  };
  const check = twitchIngestsCheck(target, { ...options(list), access: access({ network }) });
  const [found] = await check.run(context());
  assert.equal(found?.status, "pass");
  assert.match(
    found?.seen ?? "",
    /^Twitch's nearest servers: (one|two) .* ms, .*; yours \d+ ms\.$/,
  );
  assert.doesNotMatch(found?.seen ?? "", /gone/);
  const [skipped] = await twitchIngestsCheck(target, options("{}")).run(context());
  assert.equal(skipped?.status, "skipped");
});

Deno.test("a server that is much slower than the nearest is a warning that names that", () => {
  const servers = [
    { name: "EU: Frankfurt", host: "fra.example.com", ms: 12 },
    { name: "EU: Paris", host: "par.example.com", ms: null },
  ];
  assert.equal(judgeServers(servers, { yours: 30 }).status, "pass");
  const far = judgeServers(servers, { yours: 90 });
  assert.equal(far.status, "warning");
  assert.match(far.remedy ?? "", /Server: EU: Frankfurt.*rtmps:\/\/fra\.example\.com\/app/);
  assert.equal(judgeServers([servers[1]!], { yours: 90 }).status, "skipped");
  assert.equal(judgeServers(servers, { yours: null }).status, "warning");
});
