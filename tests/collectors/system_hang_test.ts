import assert from "node:assert/strict";
import { createSystemCollector } from "../../sidecar/collectors/system.ts";
import { createLinuxSystemSource } from "../../sidecar/collectors/system_linux.ts";
import { openLibc } from "../../sidecar/linux/libc.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { systemClock } from "../../sidecar/time/clock.ts";
import { CC, counterpartTest } from "../counterparts.ts";
import { until } from "../peers/until.ts";

/** A C library whose statvfs does not return before the folder exists: a drive that is away. */
const SOURCE = `
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>
int statvfs(const char *path, struct statvfs *out) {
  while (access(path, F_OK) != 0) usleep(1000);
  memset(out, 0, sizeof *out);
  out->f_frsize = 4096;
  out->f_bavail = 3 * 262144;
  return 0;
}
`;

counterpartTest("a system call that hangs on a dead drive holds up no reading", [CC], async () => {
  const folder = await Deno.makeTempDir();
  const library = `${folder}/libhang.so`;
  await Deno.writeTextFile(`${folder}/hang.c`, SOURCE);
  const { success } = await new Deno.Command("/usr/bin/cc", {
    args: ["-shared", "-fPIC", "-o", library, `${folder}/hang.c`],
  }).output();
  assert.ok(success);

  const libc = openLibc({ paths: [library] });
  const collector = createSystemCollector({
    source: createLinuxSystemSource({ libc }),
    recordDirectory: () => `${folder}/drive`,
    clock: systemClock,
    log: silentLog,
    diskWaitMs: 10,
  });
  const { signal } = new AbortController();
  try {
    for (let i = 0; i < 3; i++) {
      const reading = await collector.collect(signal);
      assert.equal(reading.disk_free_gb, null);
      assert.ok(reading.memory_total_gb! > 0);
    }
    await Deno.mkdir(`${folder}/drive`);
    const free = await until(
      async () => (await collector.collect(signal)).disk_free_gb ?? undefined,
      { what: "the drive answers" },
    );
    assert.equal(free, 3);
  } finally {
    // Lets a call that still hangs return before its library goes.
    await Deno.mkdir(`${folder}/drive`, { recursive: true });
    await libc.freeBytes(`${folder}/drive`);
    libc.close();
    await Deno.remove(folder, { recursive: true });
  }
});
