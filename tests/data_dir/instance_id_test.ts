import assert from "node:assert/strict";
import { openInstanceId } from "../../sidecar/data_dir/instance_id.ts";

Deno.test("the instance's id is made once, for this user alone, and then stays", async () => {
  const folder = await Deno.makeTempDir({ prefix: "instance-" });
  const path = `${folder}/instance-id`;
  try {
    const id = await openInstanceId(path);
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.equal(await openInstanceId(path), id);
    assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
    await Deno.writeTextFile(path, "");
    assert.match(await openInstanceId(path), /^[0-9a-f-]{36}$/);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["instance-id"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
