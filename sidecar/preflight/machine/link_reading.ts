/** Reads what the default route goes through, by operating system. */
import type { Libc } from "../../linux/libc.ts";
import { readWindowsRoute, type WindowsRoute } from "../../win32/best_interface.ts";
import type { LinkReading, ReadLink } from "./link.ts";

/** Kinds of interfaces (IANA ifType, as in Microsoft's ipifcons.h). */
const IF_ETHERNET = 6;
const IF_PPP = 23;
const IF_PROP_VIRTUAL = 53;
const IF_WIFI = 71;
const IF_TUNNEL = 131;

/** RTF_UP (Linux, include/uapi/linux/route.h). */
const ROUTE_UP = 1;

/** How to read the link of an operating system. */
export function linkReader(
  { os, libc, systemRoot }: {
    os: typeof Deno.build.os;
    /** Linux's C library; null elsewhere. */
    libc: Libc | null;
    /** Windows's `%SystemRoot%`. */
    systemRoot?: string | undefined;
  },
): ReadLink {
  return async () => {
    if (os === "windows") return fromWindows(await readWindowsRoute(systemRoot));
    if (libc !== null) return readLinuxLink(libc);
    throw new Error(`whether ${os === "darwin" ? "macOS" : os} uses Wi-Fi is not looked at`);
  };
}

/** The link from the kind of Windows's interface. */
export function fromWindows(route: WindowsRoute | null): LinkReading | null {
  if (route === null) return null;
  switch (route.type) {
    case IF_ETHERNET:
      return { kind: "ethernet", name: null };
    case IF_WIFI:
      return { kind: "wifi", name: null };
    case IF_PPP:
    case IF_PROP_VIRTUAL:
    case IF_TUNNEL:
      return { kind: "virtual", name: null };
    default:
      return { kind: "other", name: null };
  }
}

/**
 * Name of the interface of the default route with the least metric, from /proc/net/route: a
 * heading, then lines of interface, destination, gateway, flags, two counts, metric and mask, the
 * addresses in hexadecimal.
 */
export function defaultInterface(text: string): string | null {
  let best: { name: string; metric: number } | null = null;
  for (const line of text.split("\n").slice(1)) {
    const [name, destination, , flags, , , metric, mask] = line.trim().split(/\s+/);
    const isDefault = destination === "00000000" && mask === "00000000" &&
      (parseInt(flags ?? "", 16) & ROUTE_UP) !== 0;
    if (name === undefined || !isDefault) continue;
    const cost = Number(metric);
    if (best === null || cost < best.metric) best = { name, metric: cost };
  }
  return best?.name ?? null;
}

/** Name of the interface of IPv6's default route, from /proc/net/ipv6_route; its name is last. */
export function defaultInterfaceV6(text: string): string | null {
  for (const line of text.split("\n")) {
    const fields = line.trim().split(/\s+/);
    const name = fields.at(-1);
    if (fields[0] === "0".repeat(32) && fields[1] === "00" && name && name !== "lo") return name;
  }
  return null;
}

/** What Linux tells; `root` is the folder that holds `proc` and `sys`. */
export function readLinuxLink(
  libc: Pick<Libc, "readText" | "exists">,
  { root = "" }: { root?: string } = {},
): LinkReading | null {
  const name = defaultInterface(libc.readText(`${root}/proc/net/route`)) ??
    defaultInterfaceV6(readOr(libc, `${root}/proc/net/ipv6_route`));
  if (name === null || name.includes("/")) return null;
  const folder = `${root}/sys/class/net/${name}`;
  if (libc.exists(`${folder}/wireless`) || libc.exists(`${folder}/phy80211`)) {
    return { kind: "wifi", name };
  }
  return { kind: libc.exists(`${folder}/device`) ? "ethernet" : "virtual", name };
}

/** A system without IPv6 has no such file. */
function readOr(libc: Pick<Libc, "readText">, path: string): string {
  try {
    return libc.readText(path);
  } catch {
    return "";
  }
}
