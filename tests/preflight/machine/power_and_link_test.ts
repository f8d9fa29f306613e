import assert from "node:assert/strict";
import { openLibc } from "../../../sidecar/linux/libc.ts";
import { judgeLink } from "../../../sidecar/preflight/machine/link.ts";
import {
  defaultInterface,
  defaultInterfaceV6,
  fromWindows as linkFromWindows,
  linkReader,
  readLinuxLink,
} from "../../../sidecar/preflight/machine/link_reading.ts";
import { judgePower } from "../../../sidecar/preflight/machine/power.ts";
import {
  fromWindows as powerFromWindows,
  powerReader,
  readLinuxPower,
} from "../../../sidecar/preflight/machine/power_reading.ts";
import { interfaceType } from "../../../sidecar/win32/best_interface.ts";
import { IF_TABLE2 } from "../../../sidecar/win32/iphlpapi.ts";
import { guidText, parsePowerStatus } from "../../../sidecar/win32/power.ts";
import { told } from "../obs/obs_fixture.ts";

/** A Linux with these files. */
function linux(files: Record<string, string>) {
  return {
    readText(path: string) {
      const text = files[path];
      if (text === undefined) throw new Error(`Cannot open ${path}`);
      return text;
    },
    exists: (path: string) => Object.keys(files).some((file) => file.startsWith(path)),
  };
}

const supply = (name: string, file: string) => `/sys/class/power_supply/${name}/${file}`;
const CPU = "/sys/devices/system/cpu/cpu0/cpufreq";

Deno.test("tells a laptop on its battery from one on mains and a desktop", () => {
  const battery = (status: string) => ({ [supply("BAT0", "status")]: `${status}\n` });
  const mains = (online: string) => ({ [supply("AC", "online")]: `${online}\n` });
  const at = (files: Record<string, string>) => readLinuxPower(linux(files)).onBattery;
  assert.equal(at({ ...mains("0"), ...battery("Discharging") }), true);
  assert.equal(at({ ...mains("0"), ...battery("Unknown") }), true);
  assert.equal(at({ ...mains("1"), ...battery("Charging") }), false);
  assert.equal(at(battery("Discharging")), true);
  assert.equal(at({}), null);
});

Deno.test("the governor powersave saves only where the driver takes it at its word", () => {
  const plan = (governor: string, driver: string) =>
    readLinuxPower(linux({
      [`${CPU}/scaling_governor`]: `${governor}\n`,
      [`${CPU}/scaling_driver`]: `${driver}\n`,
    })).plan;
  assert.deepEqual(plan("powersave", "acpi-cpufreq"), { saving: true, name: "powersave" });
  assert.deepEqual(plan("powersave", "intel_pstate"), { saving: false, name: "powersave" });
  assert.deepEqual(plan("schedutil", "acpi-cpufreq"), { saving: false, name: "schedutil" });
});

Deno.test("battery and a saving plan are warnings with their remedy", () => {
  const findings = judgePower({ onBattery: true, plan: { saving: true, name: "Power saver" } }, {
    os: "windows",
  });
  assert.deepEqual(findings.map(({ status, remedy }) => [status, remedy]), [
    ["warning", "Plug it in."],
    ["warning", "Windows Settings > System > Power: Best performance."],
  ]);
  const fine = { onBattery: false, plan: { saving: false, name: "Balanced" } };
  assert.deepEqual(told(judgePower(fine, { os: "windows" })), [
    "pass: This PC runs on mains; power plan: Balanced.",
  ]);
  assert.equal(judgePower({ onBattery: null, plan: null }, { os: "linux" })[0]?.status, "skipped");
});

Deno.test("knows Windows's own power plans and leaves others alone", () => {
  const plan = (planGuid: string | null) => powerFromWindows({ planGuid, onBattery: null }).plan;
  assert.equal(plan("a1841308-3541-4fab-bc81-f71556f20b4a")?.saving, true);
  assert.equal(plan("381b4222-f694-41f0-9685-ff5bb260df2e")?.name, "Balanced");
  assert.equal(plan("00000000-0000-0000-0000-000000000001")?.saving, false);
  assert.equal(plan(null), null);
});

Deno.test("reads Windows's GUIDs and power status", () => {
  const bytes = [
    0x08,
    0x13,
    0x84,
    0xa1,
    0x41,
    0x35,
    0xab,
    0x4f,
    0xbc,
    0x81,
    0xf7,
    0x15,
    0x56,
    0xf2,
  ];
  assert.equal(
    guidText(new Uint8Array([...bytes, 0x0b, 0x4a])),
    "a1841308-3541-4fab-bc81-f71556f20b4a",
  );
  const status = (line: number) => parsePowerStatus(new Uint8Array([line, 0, 0, 0]));
  assert.deepEqual([status(0), status(1), status(255)], [true, false, null]);
});

const ROUTES = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth1\t00000000\t0101A8C0\t0002\t0\t0\t1\t00000000\t0\t0\t0
eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
`;

Deno.test("takes the default route with the least metric that is up", () => {
  assert.equal(defaultInterface(ROUTES), "eth0");
  assert.equal(defaultInterface(ROUTES.split("\n")[0] ?? ""), null);
  assert.equal(defaultInterface("garbage\n\0\n a b c"), null);
  const zeros = "0".repeat(32);
  const v6 = `${zeros} 00 ${zeros} 00 ${zeros} ffffffff 1 0 200200 lo\n` +
    `${zeros} 00 ${zeros} 00 fe80${"0".repeat(28)} 400 1 0 3 wlan0\n`;
  assert.equal(defaultInterfaceV6(v6), "wlan0");
});

Deno.test("tells cable, Wi-Fi and VPN apart on Linux", () => {
  const link = (name: string, ...files: string[]) =>
    readLinuxLink(linux({
      "/proc/net/route": ROUTES.replaceAll("eth0", name),
      ...Object.fromEntries(files.map((file) => [`/sys/class/net/${name}/${file}`, ""])),
    }));
  assert.deepEqual(link("enp3s0", "device"), { kind: "ethernet", name: "enp3s0" });
  assert.deepEqual(link("wlp2s0", "device", "wireless"), { kind: "wifi", name: "wlp2s0" });
  assert.deepEqual(link("tun0"), { kind: "virtual", name: "tun0" });
  assert.equal(readLinuxLink(linux({ "/proc/net/route": "Iface\n" })), null);
});

Deno.test("tells cable, Wi-Fi and VPN apart on Windows", () => {
  const kinds = [6, 71, 131, 53, 23, 243, null].map((type) => linkFromWindows({ type })?.kind);
  assert.deepEqual(kinds, ["ethernet", "wifi", "virtual", "virtual", "virtual", "other", "other"]);
  assert.equal(linkFromWindows(null), null);
});

Deno.test("finds an interface's kind by its index in Windows's table", () => {
  const table = new Uint8Array(IF_TABLE2.headerSize + 2 * IF_TABLE2.rowSize);
  const view = new DataView(table.buffer);
  view.setUint32(0, 2, true);
  const second = IF_TABLE2.headerSize + IF_TABLE2.rowSize;
  view.setUint32(second + IF_TABLE2.index, 12, true);
  view.setUint32(second + IF_TABLE2.type, 71, true);
  assert.equal(interfaceType(table, 12), 71);
  assert.equal(interfaceType(table, 13), null);
  assert.equal(interfaceType(table.subarray(0, 100), 12), null);
  assert.equal(interfaceType(new Uint8Array(), 12), null);
});

Deno.test("Wi-Fi and VPN are warnings, no way at all is a fail", () => {
  const status = (kind: "wifi" | "virtual" | "ethernet" | "other") =>
    judgeLink({ kind, name: "x0" }).status;
  assert.deepEqual([status("wifi"), status("virtual"), status("ethernet"), status("other")], [
    "warning",
    "warning",
    "pass",
    "skipped",
  ]);
  assert.equal(judgeLink(null).status, "fail");
  assert.match(judgeLink({ kind: "wifi", name: "wlan0" }).seen, /is Wi-Fi \(wlan0\)/);
});

Deno.test({
  name: "reads power and link of this very machine",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const libc = openLibc();
    try {
      const power = await powerReader({ os: "linux", libc })();
      assert.equal(judgePower(power, { os: "linux" }).length > 0, true);
      const link = await linkReader({ os: "linux", libc })();
      const route = await Deno.readTextFile("/proc/net/route");
      if (defaultInterface(route) !== null) assert.equal(link?.name, defaultInterface(route));
    } finally {
      libc.close();
    }
  },
});
