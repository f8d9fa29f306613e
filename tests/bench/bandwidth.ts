import type { Bandwidth } from "../../sidecar/rtmp/bandwidth.ts";
import { measureBandwidth } from "../../sidecar/rtmp/measure_bandwidth.ts";
import { NGINX_RTMP } from "../counterparts.ts";
import { startNginxRtmp } from "../peers/nginx_rtmp.ts";
import { startRtmpServer } from "../peers/rtmp_server.ts";
import { startSlowLink } from "../peers/slow_link.ts";
import { measureShapedByKernel } from "./bandwidth_kernel.ts";
import { measureSending } from "./bandwidth_sending.ts";
import type { Findings, Row, Section, SectionTools } from "./section.ts";

const RATES_KBPS = [1000, 3000, 6000, 12_000, 25_000, 50_000];

/** What is sent, by the link's rate: a plan well above what the link takes. */
const PACE = 1.5;

const DURATION_MS = 15_000;

/** Promised distance from the link's rate. */
const TOLERANCE = 0.05;

/** How well the bandwidth test knows a link, and how much the client can send. */
export const bandwidth: Section = {
  name: "bandwidth",
  title: "Bandwidth test: what a link takes, against what it was shaped to",
  needs: [NGINX_RTMP],
  run: measure,
};

async function measure({ say }: SectionTools): Promise<Findings> {
  const rows: Row[] = [];
  for (const kbps of RATES_KBPS) {
    say(`a link of ${mbps(kbps)} Mbit/s to nginx`);
    await using nginx = await startNginxRtmp();
    const acknowledging = await overLink(nginx.port, kbps);
    rows.push(row("a proxy, nginx", { shapedKbps: kbps, result: acknowledging }));
    say(`a link of ${mbps(kbps)} Mbit/s to a server that acknowledges nothing`);
    using server = startRtmpServer({}, { keepMedia: false });
    const silent = await overLink(server.port, kbps);
    rows.push(
      row("a proxy, a server without acknowledgements", { shapedKbps: kbps, result: silent }),
    );
  }
  const kernel = await measureShapedByKernel({
    ratesKbps: RATES_KBPS,
    pace: PACE,
    durationMs: DURATION_MS,
    say,
  });
  for (const { acknowledges, receivedKbps, result } of kernel.results) {
    const server = acknowledges ? "with" : "without";
    rows.push(row(`the kernel's token bucket, a server ${server} acknowledgements`, {
      shapedKbps: receivedKbps,
      result,
    }));
  }
  say("as much as the client can send");
  rows.push(...await measureSending());
  return { rows, notes: [...NOTES, ...kernel.notes] };
}

const NOTES = [
  `The plan is ${PACE} times the link's rate for ${DURATION_MS / 1000} s. "The socket" is what a ` +
  "test would report that counts the bytes handed to its socket. Behind a proxy the link's rate " +
  "is the one the proxy passes bytes on at; of a pause it makes up at most 250 ms, so at the start " +
  "it gives that much away, which only the measure without acknowledgements counts. Where the " +
  "kernel shapes, the rate is what the server itself received per second, since packets' headers " +
  "take part of the shaped rate.",
];

async function overLink(toPort: number, kbps: number): Promise<Bandwidth> {
  using link = startSlowLink({ toPort, kbps });
  const target = { url: `rtmp://127.0.0.1:${link.port}/live`, key: "bandwidth" };
  return await measureBandwidth(target, { paceKbps: PACE * kbps, durationMs: DURATION_MS });
}

function row(
  what: string,
  { shapedKbps, result }: { shapedKbps: number; result: Bandwidth },
): Row {
  const off = result.sustainedKbps / shapedKbps - 1;
  const socketOff = result.handedKbps / shapedKbps - 1;
  return {
    what: `${mbps(shapedKbps)} Mbit/s by ${what}`,
    promise: `± ${100 * TOLERANCE} %, limited by the link`,
    kept: Math.abs(off) <= TOLERANCE && result.limitedBy === "link",
    measured: `${mbps(result.sustainedKbps)} Mbit/s (${percent(off)}), limited by the ` +
      `${result.limitedBy}, backlog ${(result.backlogMs / 1000).toFixed(1)} s`,
    baseline: `the socket: ${mbps(result.handedKbps)} Mbit/s (${percent(socketOff)})`,
    runs: "1",
  };
}

function mbps(kbps: number): string {
  return (kbps / 1000).toFixed(2);
}

function percent(share: number): string {
  return `${share < 0 ? "−" : "+"}${Math.abs(100 * share).toFixed(1)} %`;
}
