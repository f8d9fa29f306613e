import assert from "node:assert/strict";
import { startSimulatedObs } from "../../sidecar/demo/simulated_obs.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { ObsConnection } from "../../sidecar/obs/connection.ts";
import { FROM_VAULT, type ObsEndpoint } from "../../sidecar/obs/endpoint.ts";
import { ObsSession } from "../../sidecar/obs/session.ts";
import { FakeTime, settle } from "../fake_time.ts";
import { keptLog } from "../log_lines.ts";
import { until } from "../peers/until.ts";
import { foundPasswords, type ObsRig, rigTest } from "./obs_rig.ts";

/** Waits until the client has gone round its loop a few more times. */
async function severalTries(rig: ObsRig): Promise<void> {
  const from = rig.obs.connections.accepted;
  await until(() => rig.obs.connections.accepted >= from + 3, { what: "the client tried again" });
}

async function problemMatches(rig: ObsRig, pattern: RegExp): Promise<void> {
  await until(() => pattern.test(rig.connection.problem), { what: `the problem is ${pattern}` });
}

rigTest("finds OBS and connects without a password where it asks for none", async (rig) => {
  await rig.connected();
  assert.equal(rig.connection.endpoint?.port, rig.obs.port);
  assert.equal(rig.connection.session?.pluginVersion, "5.5.4");
  assert.equal(rig.changes(), 1);
  assert.match(
    rig.lines.join("\n"),
    /Connected to OBS at 127\.0\.0\.1:\d+ \(obs-websocket 5\.5\.4\)/,
  );
});

rigTest("connects with the password it found, and never logs it", async (rig) => {
  await rig.connected();
  assert.equal(rig.obs.connections.authenticationFailures, 0);
  assert.ok(!rig.lines.join("\n").includes("geheim"));
}, { password: "geheim ünïcode" });

rigTest("tries a wrong password once, until it changes", async (rig) => {
  rig.connection.start();
  await problemMatches(rig, /refused the password found in \/cfg\/global\.ini/);
  await severalTries(rig);
  assert.equal(rig.obs.connections.identifications, 1);
  rig.endpoint = { ...rig.endpoint, passwords: foundPasswords("also wrong") };
  await until(() => rig.obs.connections.identifications === 2, { what: "the new one is tried" });
  await severalTries(rig);
  assert.equal(rig.obs.connections.identifications, 2);
  rig.endpoint = { ...rig.endpoint, passwords: foundPasswords("right") };
  await rig.connected();
  assert.equal(rig.obs.connections.identifications, 3);
  assert.ok(!/wrong|right/.test(rig.lines.join("\n")));
}, { password: "right", passwords: ["wrong"] });

rigTest("tries the next password when OBS refuses the first", async (rig) => {
  await rig.connected();
  assert.equal(rig.obs.connections.identifications, 2);
}, { password: "right", passwords: ["wrong", "right"] });

rigTest("tries a refused password again once OBS was restarted", async (rig) => {
  rig.connection.start();
  await problemMatches(rig, /refused the password/);
  await rig.obs.crash();
  await problemMatches(rig, /No OBS answers/);
  // The settings on disk were right all along: OBS had not read them yet.
  rig.obs.password = "right on disk";
  await rig.obs.restart();
  await rig.connected();
}, { password: "old one in OBS's memory", passwords: ["right on disk"] });

rigTest("says so once where OBS asks for a password and none is known", async (rig) => {
  rig.connection.start();
  await problemMatches(rig, /asks for a password, and none is known/);
  await severalTries(rig);
  assert.equal(rig.obs.connections.identifications, 1);
  assert.equal(rig.lines.length, 1);
}, { password: "secret", passwords: [] });

rigTest("asks again after 30 s whether OBS still wants a password", async (rig) => {
  rig.connection.start();
  await problemMatches(rig, /none is known/);
  rig.obs.password = null;
  rig.time.sleep(29_000);
  await severalTries(rig);
  assert.equal(rig.obs.connections.identifications, 1);
  rig.time.sleep(1_000);
  await rig.connected();
}, { password: "secret", passwords: [] });

rigTest("finds OBS again after a crash", async (rig) => {
  await rig.connected();
  await rig.obs.crash();
  await rig.disconnected();
  assert.equal(rig.connection.endpoint, null);
  await problemMatches(rig, /No OBS answers at 127\.0\.0\.1:\d+/);
  assert.match(
    rig.lines.join("\n"),
    /it has crashed, or the connection to it broke\. If it has crashed, restart it/,
  );
  await rig.obs.restart();
  await rig.connected();
  assert.equal(rig.changes(), 3);
});

rigTest("tells a clean exit from a crash", async (rig) => {
  await rig.connected();
  await rig.obs.exit();
  await rig.disconnected();
  assert.match(rig.lines.join("\n"), /info: OBS was closed\. It is found again/);
  assert.equal(rig.connection.exited, true);
  await rig.obs.restart();
  await rig.connected();
  assert.equal(rig.connection.exited, false);
  await rig.obs.crash();
  await rig.disconnected();
  assert.equal(rig.connection.exited, false);
  assert.match(rig.lines.join("\n"), /crashed/);
});

for (
  const [code, problem] of [
    [1001, /WebSocket server was switched off, or its settings changed\. In OBS: Tools >/],
    [4011, /ended the sidecar's connection: somebody pressed the kick button .* attempt follows/],
  ] as const
) {
  rigTest(`does not take an OBS for crashed that ends the connection with ${code}`, async (rig) => {
    await rig.connected();
    assert.equal(rig.connection.shutOut, false);
    rig.obs.refuse();
    rig.obs.endSessions(code);
    await rig.disconnected();
    assert.deepEqual([rig.connection.shutOut, rig.connection.exited], [true, false]);
    assert.match(rig.lines.join("\n"), problem);
    assert.ok(!rig.lines.join("\n").includes("crashed"));
    rig.obs.resume();
    await rig.connected();
    assert.equal(rig.connection.shutOut, false);
    await rig.obs.crash();
    await rig.disconnected();
    assert.equal(rig.connection.shutOut, false);
  });
}

rigTest("is not shut out by an OBS that exits", async (rig) => {
  await rig.connected();
  await rig.obs.exit();
  await rig.disconnected();
  assert.deepEqual([rig.connection.shutOut, rig.connection.exited], [false, true]);
});

rigTest("knows that OBS is exiting while it still answers", async (rig) => {
  await rig.connected();
  rig.obs.emit("ExitStarted");
  await until(() => rig.connection.exited, { what: "the event came" });
  assert.notEqual(rig.connection.session, null);
});

rigTest("tries a refused password again after the machine slept", async (rig) => {
  rig.connection.start();
  await problemMatches(rig, /refused the password/);
  await severalTries(rig);
  assert.equal(rig.obs.connections.identifications, 1);
  rig.obs.password = "right on disk";
  rig.time.sleep(3_600_000);
  await rig.connected();
  assert.equal(rig.obs.connections.identifications, 2);
}, { password: "old one in OBS's memory", passwords: ["right on disk"] });

rigTest("has no unsafe advice where an OBS on another machine asks for a password", async (rig) => {
  rig.connection.start();
  await problemMatches(
    rig,
    /on 192\.168\.1\.20 it asks for a password, .* vault set obs\.websocket\.password/,
  );
  assert.ok(!rig.lines.join("\n").includes("authentication off"));
}, { password: "secret", passwords: [], host: "192.168.1.20" });

rigTest("says that OBS's server is switched off where its settings say so", async (rig) => {
  rig.endpoint = { ...rig.endpoint, disabled: true, isRunning: false };
  await rig.obs.crash();
  rig.connection.start();
  await problemMatches(rig, /is switched off\. In OBS: Tools > WebSocket Server Settings/);
  await rig.obs.restart();
  await rig.connected();
});

rigTest(
  "gives up on an OBS that takes connections and stays silent, and tries again",
  async (rig) => {
    rig.obs.hang();
    rig.connection.start();
    await problemMatches(rig, /does not answer\. If it hangs, restart it/);
    rig.obs.resume();
    await rig.connected();
  },
);

rigTest("gives up on an OBS that does not greet", async (rig) => {
  rig.obs.hang({ greet: false });
  rig.connection.start();
  await problemMatches(rig, /does not answer/);
  rig.obs.resume();
  await rig.connected();
});

rigTest("keeps the new connection when one that was given up ends at last", async (rig) => {
  await rig.connected();
  const hung = rig.connection.session;
  assert.ok(hung);
  rig.obs.hang();
  const another = await startSimulatedObs();
  try {
    rig.endpoint = { ...rig.endpoint, port: another.port };
    rig.connection.abandon("It hangs.");
    assert.equal(rig.connection.problem, "It hangs.");
    await rig.connected();
    const fresh = rig.connection.session;
    rig.obs.resume();
    await hung.closed;
    await severalRounds();
    assert.equal(rig.connection.session, fresh);
    assert.equal(rig.changes(), 3);
  } finally {
    await rig.connection.stop();
    await another.close();
  }
});

rigTest("hears no events of a connection that was given up", async (rig) => {
  await rig.connected();
  rig.obs.hang();
  rig.obs.emit("ExitStarted");
  const hung = rig.connection.session;
  rig.connection.abandon("It hangs.");
  rig.obs.resume();
  await hung?.closed;
  assert.deepEqual(rig.events, []);
});

rigTest("does not wait for a hung OBS when it is stopped", async (rig) => {
  await rig.connected();
  rig.obs.hang();
  await rig.connection.stop();
  assert.equal(rig.connection.session, null);
});

rigTest("tells one problem once, however often it tries", async (rig) => {
  rig.obs.refuse();
  rig.connection.start();
  await severalTries(rig);
  await severalTries(rig);
  assert.equal(rig.lines.length, 1, rig.lines.join("\n"));
});

Deno.test("tells of an OBS that starts while another is watched, until that one is lost", async () => {
  const obs = await startSimulatedObs();
  const { log, lines } = keptLog();
  const at = (port: number): ObsEndpoint => ({
    host: "127.0.0.1",
    port,
    passwords: [],
    configRoot: null,
    disabled: false,
    isRunning: false,
  });
  const answering = [obs.port];
  const connection = new ObsConnection({
    findEndpoints: () => Promise.resolve([obs.port, 1111, 2222].map(at)),
    onChange() {},
    onEvent() {},
    log,
    isListening: ({ port }) => Promise.resolve(answering.includes(port)),
  });
  const others = () => lines.filter((line) => line.includes("Another OBS")).length;
  try {
    using time = new FakeTime().install();
    connection.start();
    const deadlineMs = performance.now() + 15_000;
    while (connection.session === null && performance.now() < deadlineMs) await settle();
    await time.pass(60_000);
    assert.equal(others(), 0);
    answering.push(1111);
    await time.pass(60_000);
    assert.equal(others(), 1);
    answering.push(2222);
    await connection.stop();
    await time.pass(60_000);
    assert.equal(others(), 1);
    assert.equal(time.waiting, 0);
  } finally {
    await connection.stop();
    await obs.close();
  }
});

Deno.test("tries every place, and pauses longer and longer up to 1.5 s between rounds", async () => {
  const pauses: number[] = [];
  const tried: number[] = [];
  const connection = new ObsConnection({
    findEndpoints: () =>
      Promise.resolve([1111, 2222].map((port) => ({
        host: "127.0.0.1",
        port,
        passwords: [],
        configRoot: null,
        disabled: false,
        isRunning: false,
      }))),
    onChange() {},
    onEvent() {},
    log: silentLog,
    isListening: () => Promise.resolve(true),
    openSession({ port }) {
      tried.push(port);
      return Promise.reject(new Error("nobody there"));
    },
    pause(ms) {
      pauses.push(ms);
      if (pauses.length === 5) void connection.stop();
      return Promise.resolve();
    },
    random: () => 0.5,
  });
  connection.start();
  await until(() => pauses.length === 5, { what: "five rounds were made" });
  await connection.stop();
  assert.deepEqual(pauses, [250, 500, 1000, 1500, 1500]);
  assert.deepEqual(tried.slice(0, 4), [1111, 2222, 1111, 2222]);
});

Deno.test("looks again at once when it is asked to, and says when that is done", async () => {
  const searches: PromiseWithResolvers<readonly ObsEndpoint[]>[] = [];
  const connection = new ObsConnection({
    findEndpoints() {
      const search = Promise.withResolvers<readonly ObsEndpoint[]>();
      searches.push(search);
      return search.promise;
    },
    onChange() {},
    onEvent() {},
    log: silentLog,
    pause: (_, signal) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve())),
  });
  connection.start();
  // Asked in the middle of a round, which may have missed what is new: another one counts.
  let done = false;
  const retried = connection.retry().then(() => done = true);
  searches[0]?.resolve([]);
  await until(() => searches.length === 2, { what: "a second round begins" });
  assert.equal(done, false);
  searches[1]?.reject(new Error("OBS's files are gone"));
  await retried;
  assert.match(connection.problem, /OBS's files are gone/);
  const again = connection.retry();
  await until(() => searches.length === 3, { what: "a third round begins without a pause" });
  const stopped = connection.stop();
  searches[2]?.resolve([]);
  await Promise.all([again, stopped]);
});

for (const [host, opened] of [["127.0.0.1", 0], ["192.168.1.20", 1]] as const) {
  Deno.test(`opens ${opened} WebSockets where nothing listens at ${host}`, async () => {
    let rounds = 0;
    let opens = 0;
    const connection = new ObsConnection({
      findEndpoints: () =>
        Promise.resolve([{
          host,
          port: 4455,
          passwords: [],
          configRoot: null,
          disabled: false,
          isRunning: false,
        }]),
      onChange() {},
      onEvent() {},
      log: silentLog,
      isListening: () => Promise.resolve(false),
      openSession() {
        opens++;
        return Promise.reject(new Error("nobody there"));
      },
      pause() {
        rounds++;
        void connection.stop();
        return Promise.resolve();
      },
    });
    connection.start();
    await until(() => rounds === 1, { what: "a round was made" });
    await connection.stop();
    assert.equal(opens, opened);
    assert.match(connection.problem, /No OBS answers/);
  });
}

Deno.test("varies its pauses by a quarter either way", async () => {
  for (const [random, expected] of [[0, 187.5], [1, 312.5]] as const) {
    let paused = 0;
    const connection = new ObsConnection({
      findEndpoints: () => Promise.resolve([]),
      onChange() {},
      onEvent() {},
      log: silentLog,
      pause(ms) {
        paused = ms;
        void connection.stop();
        return Promise.resolve();
      },
      random: () => random,
    });
    connection.start();
    await until(() => paused > 0, { what: "a round was made" });
    await connection.stop();
    assert.equal(paused, expected);
  }
});

Deno.test("goes on where OBS's settings cannot be read", async () => {
  let rounds = 0;
  const connection = new ObsConnection({
    findEndpoints: () => Promise.reject(new Error("the disk is gone")),
    onChange() {},
    onEvent() {},
    log: silentLog,
    pause() {
      if (++rounds === 2) void connection.stop();
      return Promise.resolve();
    },
  });
  connection.start();
  await until(() => rounds === 2, { what: "it tried again" });
  await connection.stop();
  assert.equal(connection.problem, "OBS's settings cannot be read: the disk is gone");
});

/** Lets what was caused by the last message run. */
async function severalRounds(): Promise<void> {
  for (let round = 0; round < 5; round++) await new Promise((resolve) => setTimeout(resolve, 0));
}

rigTest("goes to another OBS when it is told to, as if the first had been closed", async (rig) => {
  const other = await startSimulatedObs();
  try {
    await rig.connected();
    rig.endpoint = { ...rig.endpoint, port: other.port };
    rig.connection.reconnect();
    assert.equal(rig.connection.session, null);
    assert.equal(rig.connection.exited, true);
    await rig.connected();
    assert.equal(rig.connection.endpoint?.port, other.port);
    assert.equal(rig.connection.exited, false);
    assert.match(rig.lines.join("\n"), /The settings name another OBS/);
  } finally {
    await rig.connection.stop();
    await other.close();
  }
});

rigTest("gives up an attempt at an OBS that is no longer meant", async (rig) => {
  const other = await startSimulatedObs();
  try {
    const waiting = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const ports: number[] = [];
    const connection = new ObsConnection({
      findEndpoints: () => Promise.resolve([rig.endpoint]),
      onChange() {},
      onEvent() {},
      log: silentLog,
      async openSession(options) {
        ports.push(options.port);
        waiting.resolve();
        await go.promise;
        return await ObsSession.open(options);
      },
    });
    connection.start();
    await waiting.promise;
    rig.endpoint = { ...rig.endpoint, port: other.port };
    connection.reconnect();
    go.resolve();
    await until(() => connection.session !== null, { what: "the other OBS is connected" });
    assert.deepEqual(ports, [rig.obs.port, other.port]);
    assert.equal(connection.endpoint?.port, other.port);
    await until(() => rig.obs.connections.open === 0, { what: "the first connection is closed" });
    await connection.stop();
  } finally {
    await other.close();
  }
});

/** Passwords as they are tried: the one that the user entered, then the one on disk. */
function enteredAndFound(entered: string, found: string): ObsRig["endpoint"]["passwords"] {
  return [{ value: entered, source: FROM_VAULT }, ...foundPasswords(found)];
}

rigTest("says once that the vault's password is wrong where OBS takes its own", async (rig) => {
  rig.endpoint = { ...rig.endpoint, passwords: enteredAndFound("wrong", "right") };
  assert.equal(rig.connection.passwordNotice, null);
  await rig.connected();
  const expected =
    /refused the password that the vault holds for 127\.0\.0\.1, and took .* or .*vault delete/;
  assert.match(rig.connection.passwordNotice ?? "", expected);
  const told = () => rig.lines.filter((line) => expected.test(line)).length;
  assert.equal(told(), 1);
  await rig.obs.crash();
  await rig.disconnected();
  assert.equal(rig.connection.passwordNotice, null);
  await rig.obs.restart();
  await rig.connected();
  assert.match(rig.connection.passwordNotice ?? "", expected);
  assert.equal(told(), 1, "not again at each connection");
  assert.doesNotMatch(rig.lines.join(), /wrong/);
}, { password: "right" });

rigTest("keeps a connection that works when there is another password to try", async (rig) => {
  rig.endpoint = { ...rig.endpoint, passwords: enteredAndFound("wrong", "right") };
  await rig.connected();
  const { session } = rig.connection;
  rig.endpoint = { ...rig.endpoint, passwords: enteredAndFound("right", "right") };
  rig.connection.tryAgain();
  await severalRounds();
  assert.equal(rig.connection.session, session);
  assert.equal(rig.connection.passwordNotice, null, "it has not been tried yet");
  rig.connection.abandon("It hangs.");
  await rig.connected();
  assert.equal(rig.obs.connections.authenticationFailures, 1, "the vault's goes first");
  assert.equal(rig.connection.passwordNotice, null);
}, { password: "right" });

/** A connection whose pauses never end by themselves, to an OBS that a test answers for. */
function pausedConnection(open: () => Promise<ObsSession>) {
  let [pauses, rounds] = [0, 0];
  const connection = new ObsConnection({
    findEndpoints() {
      rounds++;
      return Promise.resolve([
        {
          host: "10.0.0.5",
          port: 4455,
          passwords: [],
          configRoot: null,
          disabled: false,
          isRunning: false,
        },
      ]);
    },
    onChange() {},
    onEvent() {},
    log: silentLog,
    openSession: open,
    pause(_, signal) {
      pauses++;
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
    },
  });
  return { connection, pauses: () => pauses, rounds: () => rounds };
}

Deno.test("tries again at once when there is another password, or another OBS is meant", async () => {
  const { connection, pauses, rounds } = pausedConnection(() => Promise.reject(new Error("no")));
  connection.start();
  await until(() => pauses() === 1, { what: "it pauses" });
  connection.tryAgain();
  await until(() => pauses() === 2, { what: "it pauses again" });
  assert.equal(rounds(), 2);
  connection.reconnect();
  await until(() => pauses() === 3, { what: "it pauses once more" });
  assert.equal(rounds(), 3);
  await connection.stop();
  assert.equal(rounds(), 3);
});

Deno.test("tries again without a pause when the password came during an attempt", async () => {
  const first = Promise.withResolvers<ObsSession>();
  let opens = 0;
  const { connection, pauses } = pausedConnection(() =>
    ++opens === 1 ? first.promise : Promise.reject(new Error("no"))
  );
  connection.start();
  await until(() => opens === 1, { what: "an attempt is under way" });
  connection.tryAgain();
  first.reject(new Error("no"));
  await until(() => pauses() === 1, { what: "it pauses" });
  assert.equal(opens, 2);
  await connection.stop();
});
