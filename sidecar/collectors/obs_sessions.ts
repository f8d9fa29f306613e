/** Which encoder sessions are OBS's own. */
import type { EncoderSession } from "../nvml/nvml_device.ts";
import type { GpuReading } from "./collector.ts";
import { meanLatencyUs } from "./gpu_nvml_card.ts";

/**
 * Finds the card on which OBS encodes, and the mean latency of OBS's sessions on all cards.
 * `known` keeps the answers for processes that still encode, and forgets the others: their
 * numbers may be given to new processes.
 */
export function obsSessions(
  cards: readonly (readonly EncoderSession[] | null)[],
  known: Map<number, boolean>,
  { isObsProcess }: { isObsProcess: (pid: number) => boolean },
): Pick<GpuReading, "encodingIndex" | "obsEncoderLatencyUs"> {
  const present = new Set<number>();
  const own: EncoderSession[] = [];
  let encodingIndex: number | null = null;
  for (const [index, sessions] of cards.entries()) {
    for (const session of sessions ?? []) {
      present.add(session.pid);
      const isObs = known.get(session.pid) ?? isObsProcess(session.pid);
      known.set(session.pid, isObs);
      if (!isObs) continue;
      own.push(session);
      encodingIndex ??= index;
    }
  }
  for (const pid of known.keys()) if (!present.has(pid)) known.delete(pid);
  return { encodingIndex, obsEncoderLatencyUs: meanLatencyUs(own) };
}
