import type { Bandwidth } from "../../sidecar/rtmp/bandwidth.ts";

/** What a measurement over a shaped loopback found. */
export interface KernelResult {
  acknowledges: boolean;
  /** What the server itself received per second, from the first to the last of the media. */
  receivedKbps: number;
  result: Bandwidth;
}

const PEER = new URL("./bandwidth_kernel_peer.ts", import.meta.url).pathname;

/**
 * Measures over a loopback that the kernel shapes, in a network namespace of its own: a real
 * queue of 300 ms that drops what does not fit, and TCP's answer to it.
 * @returns no results and the reason where the system does not allow it
 */
export async function measureShapedByKernel(
  { ratesKbps, pace, durationMs, say }: {
    ratesKbps: readonly number[];
    pace: number;
    durationMs: number;
    say(line: string): void;
  },
): Promise<{ results: KernelResult[]; notes: string[] }> {
  const results: KernelResult[] = [];
  for (const kbps of ratesKbps) {
    for (const acknowledges of [true, false]) {
      say(`a loopback shaped to ${kbps} kbit/s, ${acknowledges ? "with" : "no"} acknowledgements`);
      const peer = [
        Deno.execPath(),
        ...["run", "-A", PEER, String(pace * kbps), String(durationMs), String(acknowledges)],
      ];
      const shape = "ip link set lo up mtu 1500 && " +
        `tc qdisc add dev lo root tbf rate ${kbps}kbit burst 16kb latency 300ms && exec "$@"`;
      const run = await runShaped(shape, peer);
      if (!run.success) {
        return {
          results,
          notes: [
            "Links shaped by the kernel were left out: they need root, unshare and tc. " +
            run.error.trim().split("\n").at(-1),
          ],
        };
      }
      results.push({ acknowledges, ...JSON.parse(run.output) });
    }
  }
  return { results, notes: [] };
}

async function runShaped(
  shape: string,
  peer: string[],
): Promise<{ success: boolean; output: string; error: string }> {
  try {
    const { success, stdout, stderr } = await new Deno.Command("unshare", {
      args: ["-n", "sh", "-c", shape, "sh", ...peer],
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { success, output: decoder.decode(stdout), error: decoder.decode(stderr) };
  } catch (error) {
    return { success: false, output: "", error: String(error) };
  }
}
