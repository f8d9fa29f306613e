/** How the machine fares. */
import { plain, type Rule, SINCE } from "../rule.ts";

/** The processor is busy. */
export const cpuBusy: Rule = {
  id: "cpu_busy",
  pace: "slow",
  find: ({ system }, { cpuPercent }) => {
    const value = system.cpu_usage_percent;
    return value === null || value <= cpuPercent ? [] : [{
      severity: "warning",
      metric: "system.cpu_usage_percent",
      value,
      message: `CPU: ${
        plain(value)
      } % busy${SINCE}. Close what is not needed, or use a hardware encoder.`,
    }];
  },
};

/** The machine's memory is full. */
export const memoryFull: Rule = {
  id: "memory_full",
  pace: "slow",
  find: ({ system }, { memoryPercent }) => {
    const { memory_used_gb: used, memory_total_gb: total } = system;
    if (used === null || !total) return [];
    const value = used / total * 100;
    return value <= memoryPercent ? [] : [{
      severity: "warning",
      metric: "system.memory_used_gb",
      value: used,
      message: `Memory: ${plain(value)} % in use${SINCE}. Close what is not needed.`,
    }];
  },
};
