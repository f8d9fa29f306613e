/** Interface counters of Linux, from /proc/net/dev. */
import type { Libc } from "../linux/libc.ts";
import type { InterfaceCounters, NetworkSource } from "./network.ts";

/** Position of the sent bytes among the numbers of a line; the received ones come first. */
const SENT_FIELD = 8;

/**
 * Reads /proc/net/dev (proc_pid_net(5)): one line an interface, its name, a colon, eight numbers
 * received, eight sent, bytes first. Lines of another shape, like the two headings, are passed
 * over.
 */
export function parseNetDev(text: string): InterfaceCounters[] {
  const interfaces: InterfaceCounters[] = [];
  for (const line of text.split("\n")) {
    const colon = line.lastIndexOf(":");
    const id = line.slice(0, colon).trim();
    const fields = line.slice(colon + 1).trim().split(/ +/);
    const received = fields[0] ?? "";
    const sent = fields[SENT_FIELD] ?? "";
    if (colon < 1 || !/^[0-9]+$/.test(received) || !/^[0-9]+$/.test(sent)) continue;
    interfaces.push({ id, receivedBytes: Number(received), sentBytes: Number(sent) });
  }
  return interfaces;
}

/**
 * What Linux tells of the network; `root` is the folder that holds `proc` and `sys`.
 *
 * Counted are the interfaces with hardware behind them, which the kernel shows as
 * /sys/class/net/NAME/device. Bridges, bonds, tunnels, VLANs and the pairs of containers have none;
 * what they carry to the outside passes such hardware and is counted there. Where no interface has
 * hardware, as inside a container, all but the loopback are counted.
 */
export function createLinuxNetworkSource(
  { libc, root = "" }: { libc: Libc; root?: string },
): NetworkSource {
  let knownNames = "";
  let counted = new Set<string>();

  /** Looks into /sys only when an interface came or went. */
  function chooseInterfaces(ids: string[]): void {
    const names = ids.join("/");
    if (names === knownNames) return;
    knownNames = names;
    const real = ids.filter((id) => libc.exists(`${root}/sys/class/net/${id}/device`));
    counted = new Set(real.length > 0 ? real : ids.filter((id) => id !== "lo"));
  }

  return {
    counters() {
      const all = parseNetDev(libc.readText(`${root}/proc/net/dev`));
      chooseInterfaces(all.map((item) => item.id));
      return all.filter((item) => counted.has(item.id));
    },
  };
}
