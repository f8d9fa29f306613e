import * as esbuild from "esbuild";
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import {
  collectInventory,
  type SystemInformation,
} from "../../sidecar/diagnose/collect_inventory.ts";
import {
  describeInventory,
  type Inventory,
  inventoryCommand,
  logInventory,
  readInventory,
} from "../../sidecar/diagnose/inventory.ts";
import { silentLog } from "../../sidecar/log/log.ts";
import { inventoryBundle } from "../../sidecar/packaging/bundle_sidecar.ts";
import { keptLog } from "../log_lines.ts";

const GAMING_PC: Inventory = {
  cpu: { brand: "AMD Ryzen 7 5800X", physicalCores: 8, logicalCores: 16 },
  memoryTotalGb: 31.92,
  os: {
    platform: "Windows",
    distro: "Microsoft Windows 11 Pro",
    release: "10.0.22631",
    arch: "x64",
  },
  gpus: [{ vendor: "NVIDIA", model: "NVIDIA GeForce RTX 3070", vramMb: 8192 }, {
    vendor: "AMD",
    model: "Radeon RX 550",
    vramMb: null,
  }],
  networkInterfaces: [
    { name: "Ethernet", type: "wired", virtual: false },
    { name: "vEthernet", type: "wired", virtual: true },
    { name: "WLAN", type: "wireless", virtual: false },
  ],
};

const UNKNOWN: Inventory = {
  cpu: null,
  memoryTotalGb: null,
  os: null,
  gpus: null,
  networkInterfaces: null,
};

/** Reads the inventory from a program that runs `code`, and gives the log's details too. */
async function readFrom(
  code: string,
  options: { timeoutMs?: number; signal?: AbortSignal } = {},
): Promise<{ inventory: Inventory | null; reasons: string[] }> {
  const reasons: string[] = [];
  const inventory = await readInventory({
    command: Deno.execPath(),
    args: ["eval", code],
    log: {
      ...silentLog,
      debug: (message, cause) => reasons.push(cause ? `${message}: ${cause}` : message),
    },
    ...options,
  });
  return { inventory, reasons };
}

function prints(text: string): string {
  return `console.log(${JSON.stringify(text)})`;
}

Deno.test("the real program, built, tells what this machine is made of", async () => {
  const folder = await Deno.makeTempDir();
  const reasons: unknown[] = [];
  try {
    await esbuild.build(inventoryBundle(folder));
    const inventory = await readInventory({
      ...inventoryCommand(pathToFileURL(`${folder}/`)),
      command: Deno.execPath(),
      log: { ...silentLog, debug: (_message, cause) => reasons.push(cause) },
    });
    assert.deepEqual(reasons, []);
    assert.equal(inventory?.memoryTotalGb, Deno.systemMemoryInfo().total / 2 ** 30);
    assert.equal(inventory.cpu?.logicalCores, navigator.hardwareConcurrency);
    assert.ok(inventory.os?.distro);
    assert.ok(inventory.gpus !== null && inventory.networkInterfaces !== null);
  } finally {
    await esbuild.stop();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("an inventory that is printed is read", async () => {
  const { inventory, reasons } = await readFrom(prints(JSON.stringify(GAMING_PC)));
  assert.deepEqual(inventory, GAMING_PC);
  assert.deepEqual(reasons, []);
});

Deno.test("names lose control and direction characters and have a bounded length", async () => {
  const hostile = {
    ...UNKNOWN,
    gpus: [{ vendor: "\u001b[31mred\n", model: `\u202e${"x".repeat(500)}`, vramMb: 1 }],
  };
  const { inventory } = await readFrom(prints(JSON.stringify(hostile)));
  assert.deepEqual(inventory?.gpus, [{ vendor: "[31mred", model: "x".repeat(120), vramMb: 1 }]);
});

Deno.test("a program that is not in PATH is told of, with what to do", async () => {
  const { log, lines } = keptLog();
  const gone = { command: "deno-that-is-not-here", args: [], log };
  assert.equal(await readInventory(gone), null);
  assert.equal(lines.length, 1);
  assert.match(
    lines[0] ?? "",
    /^warn: .*"deno-that-is-not-here", which is not in PATH\. Put deno's/,
  );
});

Deno.test("output that is no inventory is refused with the reason", async () => {
  for (const text of ["", "no JSON", "null", "[]", "{}", JSON.stringify({ ...UNKNOWN, cpu: 7 })]) {
    const { inventory, reasons } = await readFrom(prints(text));
    assert.equal(inventory, null, text);
    assert.equal(reasons.length, 1, text);
    assert.match(reasons[0]!, /^Cannot read the machine's inventory; everything else goes on\.: ./);
  }
});

Deno.test("a program that fails is refused even if it printed an inventory", async () => {
  const code = `${prints(JSON.stringify(GAMING_PC))}; Deno.exit(3)`;
  const { inventory, reasons } = await readFrom(code);
  assert.equal(inventory, null);
  assert.match(reasons[0]!, /It ended with code 3/);
});

Deno.test("a program that prints without end is stopped", async () => {
  const { inventory, reasons } = await readFrom("for (;;) console.log('x'.repeat(1000))");
  assert.equal(inventory, null);
  assert.match(reasons[0]!, /It printed more than 65536 bytes/);
});

Deno.test("a program that never ends is stopped at the deadline", async () => {
  const { inventory, reasons } = await readFrom("setInterval(() => {}, 1000)", { timeoutMs: 50 });
  assert.equal(inventory, null);
  assert.match(reasons[0]!, /No answer within 0\.05 s/);
});

Deno.test("a program that closes its output but never ends is stopped too", async () => {
  const code = "Deno.stdout.close(); setInterval(() => {}, 1000)";
  const { inventory, reasons } = await readFrom(code, { timeoutMs: 300 });
  assert.equal(inventory, null);
  assert.match(reasons[0]!, /No answer within 0\.3 s/);
});

Deno.test("stopping the sidecar stops the program and tells no failure", async () => {
  const controller = new AbortController();
  const reading = readFrom("setInterval(() => {}, 1000)", { signal: controller.signal });
  controller.abort();
  const stopped = { inventory: null, reasons: ["Reading the machine's inventory was stopped."] };
  assert.deepEqual(await reading, stopped);
  assert.deepEqual(await readFrom(prints("{}"), { signal: AbortSignal.abort() }), stopped);
});

Deno.test("a part that fails leaves the others", async () => {
  const refuse = () => Promise.reject(new Error("no lspci"));
  const source = {
    cpu: () => {
      throw new Error("no /proc");
    },
    mem: () => Promise.resolve({ total: 16 * 2 ** 30 }),
    osInfo: () => Promise.resolve({ platform: "linux", distro: "", release: "12", arch: "x64" }),
    graphics: refuse,
    networkInterfaces: () =>
      Promise.resolve([
        { iface: "lo", internal: true, type: "virtual", virtual: false },
        { iface: "wlan0", internal: false, type: "wireless", virtual: false },
        { iface: "tun0", internal: false, type: "", virtual: true },
      ]),
  } as unknown as SystemInformation;
  assert.deepEqual(await collectInventory(source), {
    cpu: null,
    memoryTotalGb: 16,
    os: { platform: "linux", distro: null, release: "12", arch: "x64" },
    gpus: null,
    networkInterfaces: [
      { name: "wlan0", type: "wireless", virtual: false },
      { name: "tun0", type: null, virtual: true },
    ],
  });
});

Deno.test("the inventory is one line for the log", () => {
  assert.equal(
    describeInventory(GAMING_PC),
    "Microsoft Windows 11 Pro 10.0.22631 x64, AMD Ryzen 7 5800X (16 threads), 31.9 GiB memory, " +
      "NVIDIA GeForce RTX 3070 (8192 MiB) and AMD Radeon RX 550, Ethernet (wired) and WLAN (wireless)",
  );
  assert.equal(describeInventory(UNKNOWN), "nothing is known of this machine");
  assert.equal(describeInventory({ ...UNKNOWN, gpus: [] }), "no graphics card");
});

Deno.test("the inventory is logged when it is there, and nothing waits for it", async () => {
  const lines: string[] = [];
  const logged = Promise.withResolvers<void>();
  const inventory = logInventory({
    command: {
      command: Deno.execPath(),
      args: ["eval", prints(JSON.stringify({ ...UNKNOWN, memoryTotalGb: 16 }))],
    },
    log: {
      ...silentLog,
      info(message) {
        lines.push(message);
        logged.resolve();
      },
    },
  });
  assert.deepEqual(lines, []);
  await logged.promise;
  await inventory.stop();
  assert.deepEqual(lines, ["This machine: 16.0 GiB memory."]);
});

Deno.test("an inventory that is stopped leaves a detail in the log and no line", async () => {
  const lines: string[] = [];
  const keep = (message: string) => void lines.push(message);
  const log = { ...silentLog, debug: keep, info: keep, warn: keep, error: keep };
  const endless = ["eval", "setInterval(() => {}, 1000)"];
  await logInventory({ command: { command: Deno.execPath(), args: endless }, log }).stop();
  assert.deepEqual(lines, ["Reading the machine's inventory was stopped."]);
});
