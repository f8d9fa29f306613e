import type { Finding } from "../../../shared/preflight.ts";
import type { Figures } from "../../snapshot/assemble.ts";
import { type Check, fail, pass, skipped, warning } from "../check.ts";
import { rounded } from "../obs/plain.ts";
import { machineCheck, type MeasureFigures, thisPc } from "./machine_check.ts";

/**
 * Percent of the processor that may be in use before a stream: encoder and game come on top. More
 * is only a warning: it is read over a second, in which any program may have been busy.
 */
const CPU_BUSY = 75;

/** Percent of the memory in use from which on Windows and Linux begin to swap. */
const MEMORY_BUSY = 90;

/** GiB without which OBS cannot begin an encoding session with certainty. */
const MEMORY_NONE_GIB = 0.5;

/** Whether processor and memory have room. */
export function loadCheck(measure: MeasureFigures): Check {
  return machineCheck({
    id: "load",
    name: "Processor and memory",
    look: async ({ signal }) => judgeLoad(await measure(signal)),
  });
}

/** What processor and memory leave for a stream. */
export function judgeLoad(figures: Pick<Figures, "system" | "obs">): Finding[] {
  return [judgeCpu(figures), judgeMemory(figures)];
}

function judgeCpu({ system, obs }: Pick<Figures, "system" | "obs">): Finding {
  const percent = system.cpu_usage_percent;
  if (percent === null) return skipped("The processor's load is not known.");
  const seen = `The processor of ${thisPc({ obs })} is ${rounded(percent, 0)} % busy.`;
  if (percent < CPU_BUSY) return pass(seen);
  return warning(seen, {
    expected: `below ${CPU_BUSY} % before the stream`,
    remedy: "Close what you don't need; the task manager shows what takes most.",
  });
}

function judgeMemory({ system, obs }: Pick<Figures, "system" | "obs">): Finding {
  const { memory_used_gb: used, memory_total_gb: total } = system;
  if (used === null || total === null || total <= 0) {
    return skipped("The memory in use is not known.");
  }
  const percent = used / total * 100;
  const free = Math.max(0, total - used);
  const seen = `${rounded(free, 1)} of ${rounded(total, 1)} GiB memory of ${thisPc({ obs })} ` +
    "are free.";
  const advice = {
    expected: `${100 - MEMORY_BUSY} % free`,
    remedy: "Close programs; a browser with many tabs is the usual one.",
  };
  if (free < MEMORY_NONE_GIB) return fail(seen, advice);
  return percent >= MEMORY_BUSY ? warning(seen, advice) : pass(seen);
}
