import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { createLinuxNetworkSource, parseNetDev } from "../../sidecar/collectors/network_linux.ts";
import { openLibc } from "../../sidecar/linux/libc.ts";

const FIXTURE = fileURLToPath(
  new URL("../fixtures/proc_desktop/proc/net/dev", import.meta.url),
);
const ignore = Deno.build.os !== "linux";

/** Makes a root with the fixture's counters and the hardware that the test names. */
async function withRoot(
  hardware: string[],
  body: (root: string) => void | Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/proc/net`, { recursive: true });
    await Deno.copyFile(FIXTURE, `${root}/proc/net/dev`);
    for (const name of hardware) {
      await Deno.mkdir(`${root}/sys/class/net/${name}/device`, { recursive: true });
    }
    await body(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("/proc/net/dev is read, with and without a space after the colon", () => {
  assert.deepEqual(parseNetDev(Deno.readTextFileSync(FIXTURE)), [
    { id: "lo", receivedBytes: 5_000_000, sentBytes: 5_000_000 },
    { id: "enp5s0", receivedBytes: 6_000_000_000, sentBytes: 9_000_000_000 },
    { id: "wlan0", receivedBytes: 1_234_567_890_123, sentBytes: 200_000 },
    { id: "docker0", receivedBytes: 300_000, sentBytes: 400_000 },
    { id: "veth1a2b3c4@if5", receivedBytes: 310_000, sentBytes: 410_000 },
  ]);
});

Deno.test("damaged lines of /proc/net/dev are passed over", () => {
  const text = [
    "eth0: 1 2 3",
    "eth1: x 0 0 0 0 0 0 0 5 0",
    "eth2: -5 0 0 0 0 0 0 0 5 0",
    ": 1 0 0 0 0 0 0 0 5 0",
    "no colon at all",
    "eth3: 1 0 0 0 0 0 0 0 5",
  ].join("\n");
  assert.deepEqual(parseNetDev(text), [{ id: "eth3", receivedBytes: 1, sentBytes: 5 }]);
  assert.deepEqual(parseNetDev(""), []);
});

Deno.test({ name: "only interfaces with hardware are counted", ignore }, async () => {
  const libc = openLibc();
  await withRoot(["enp5s0", "wlan0"], async (root) => {
    const counters = await createLinuxNetworkSource({ libc, root }).counters();
    assert.deepEqual(counters.map((item) => item.id), ["enp5s0", "wlan0"]);
  });
  libc.close();
});

Deno.test({ name: "without any hardware all but the loopback are counted", ignore }, async () => {
  const libc = openLibc();
  await withRoot([], async (root) => {
    const counters = await createLinuxNetworkSource({ libc, root }).counters();
    assert.deepEqual(counters.map((item) => item.id), [
      "enp5s0",
      "wlan0",
      "docker0",
      "veth1a2b3c4@if5",
    ]);
  });
  libc.close();
});

Deno.test({ name: "an adapter plugged in later is counted", ignore }, async () => {
  const libc = openLibc();
  await withRoot(["enp5s0"], async (root) => {
    const source = createLinuxNetworkSource({ libc, root });
    await source.counters();
    const line = "  usb0: 1 0 0 0 0 0 0 0 2 0 0 0 0 0 0 0\n";
    await Deno.writeTextFile(`${root}/proc/net/dev`, line, { append: true });
    await Deno.mkdir(`${root}/sys/class/net/usb0/device`, { recursive: true });
    const counters = await source.counters();
    assert.deepEqual(counters.map((item) => item.id), ["enp5s0", "usb0"]);
  });
  libc.close();
});

Deno.test({ name: "this machine's counters agree with the system's own", ignore }, async () => {
  const libc = openLibc();
  const before = parseNetDev(await Deno.readTextFile("/proc/net/dev"));
  const counters = await createLinuxNetworkSource({ libc }).counters();
  const after = parseNetDev(await Deno.readTextFile("/proc/net/dev"));
  libc.close();
  assert.ok(counters.length > 0);
  for (const { id, receivedBytes, sentBytes } of counters) {
    assert.notEqual(id, "lo");
    const from = before.find((item) => item.id === id)!;
    const to = after.find((item) => item.id === id)!;
    assert.ok(receivedBytes >= from.receivedBytes && receivedBytes <= to.receivedBytes);
    assert.ok(sentBytes >= from.sentBytes && sentBytes <= to.sentBytes);
  }
});
