import assert from "node:assert/strict";
import { obsSessions } from "../../sidecar/collectors/obs_sessions.ts";

const session = (pid: number, latencyUs: number) => ({ pid, latencyUs });

function check(obsPids: number[]): { isObsProcess: (pid: number) => boolean; asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    isObsProcess(pid) {
      asked.push(pid);
      return obsPids.includes(pid);
    },
  };
}

Deno.test("finds the card OBS encodes on, and its mean latency over all cards", () => {
  const found = obsSessions(
    [[session(7, 9000)], null, [session(5, 2000), session(7, 9000)], [session(5, 3000)]],
    new Map(),
    check([5]),
  );
  assert.deepEqual(found, { encodingIndex: 2, obsEncoderLatencyUs: 2500 });
});

Deno.test("knows neither when OBS has no session", () => {
  const none = { encodingIndex: null, obsEncoderLatencyUs: null };
  assert.deepEqual(obsSessions([], new Map(), check([5])), none);
  assert.deepEqual(obsSessions([null, [], [session(7, 100)]], new Map(), check([5])), none);
});

Deno.test("takes the latency 0 of a session that has encoded nothing as unknown", () => {
  const fresh = obsSessions([[session(5, 0)]], new Map(), check([5]));
  assert.deepEqual(fresh, { encodingIndex: 0, obsEncoderLatencyUs: null });
  const one = obsSessions([[session(5, 0), session(5, 1800)]], new Map(), check([5]));
  assert.equal(one.obsEncoderLatencyUs, 1800);
});

Deno.test("asks once for a process that goes on encoding, and anew for a recycled number", () => {
  const known = new Map<number, boolean>();
  const asking = check([5]);
  obsSessions([[session(5, 1), session(5, 1), session(6, 1)]], known, asking);
  obsSessions([[session(5, 1)], [session(6, 1)]], known, asking);
  assert.deepEqual(asking.asked, [5, 6]);
  obsSessions([[session(6, 1)]], known, asking);
  assert.deepEqual([...known], [[6, false]]);
  obsSessions([[session(5, 1), session(6, 1)]], known, asking);
  assert.deepEqual(asking.asked, [5, 6, 5]);
});
