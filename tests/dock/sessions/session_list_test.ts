import assert from "node:assert/strict";
import { ApiError } from "../../../dock/api.ts";
import { SessionList } from "../../../dock/models/sessions/session_list.ts";
import { exampleEvenings } from "../example_session.ts";

const PAGE = 2;

function world(count: number) {
  const state = { evenings: exampleEvenings(count), failure: null as ApiError | null };
  const list = new SessionList({
    sessions(before) {
      if (state.failure !== null) return Promise.reject(state.failure);
      const older = state.evenings.filter(({ start_time }) => start_time < (before ?? Infinity));
      const sessions = older.slice(0, PAGE);
      const next_before = older.length > PAGE ? sessions.at(-1)?.start_time ?? null : null;
      return Promise.resolve({ sessions, next_before });
    },
  });
  const ids = () => list.evenings.value.map(({ id }) => id);
  return { state, list, ids };
}

Deno.test("reads evenings by the page, until there are no older ones", async () => {
  const { list, ids } = world(5);
  await list.read();
  assert.deepEqual(ids(), [41, 38]);
  assert.equal(list.hasMore.value, true);
  await list.more();
  await list.more();
  assert.deepEqual(ids(), [41, 38, 35, 32, 29]);
  assert.equal(list.hasMore.value, false);
});

Deno.test("keeps older pages when the newest is read again", async () => {
  const { state, list, ids } = world(5);
  await list.read();
  await list.more();
  const [newest] = state.evenings;
  assert.ok(newest);
  state.evenings.unshift({ ...newest, id: 50, start_time: newest.start_time + 86_400_000 });
  await list.read();
  assert.deepEqual(ids(), [50, 41, 38, 35, 32].slice(0, ids().length));
  assert.equal(new Set(ids()).size, ids().length);
  await list.more();
  assert.equal(ids().at(-1), 29);
});

Deno.test("an empty history is known as such, and a failure says why", async () => {
  const { state, list } = world(0);
  state.failure = new ApiError("The history cannot be opened.", { status: 503 });
  await list.read();
  assert.equal(list.isLoaded.value, false);
  assert.equal(list.problem.value, "The history cannot be opened.");
  state.failure = null;
  await list.read();
  assert.deepEqual([list.isLoaded.value, list.problem.value, list.hasMore.value], [
    true,
    null,
    false,
  ]);
});

Deno.test("lists an evening of an older page no more once it is dropped", async () => {
  const { state, list, ids } = world(5);
  await list.read();
  await list.more();
  state.evenings = state.evenings.filter(({ id }) => id !== 32);
  list.drop(32);
  await list.read();
  assert.deepEqual(ids(), [41, 38, 35]);
  await list.more();
  assert.deepEqual(ids(), [41, 38, 35, 29]);
});
