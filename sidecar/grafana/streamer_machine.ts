import { LOOKS } from "./looks.ts";
import { stateTimeline } from "./panel.ts";
import { during, perMachine, series } from "./promql.ts";
import { HALF, overTime, WHO } from "./streamer_scope.ts";

const CARD = `hw_type="gpu",${WHO}`;

/** OBS, the graphics card, the machine and its network. */
export const MACHINE_ROWS = [{
  title: "OBS and graphics card",
  panels: [
    overTime({
      title: "Frame rate",
      description: "What OBS renders, and what it is set to.",
      ...LOOKS.frames,
      queries: [
        { expr: series("obs.fps", WHO), legend: "rendered" },
        { expr: series("obs.fps.target", WHO), legend: "target" },
      ],
    }),
    overTime({
      title: "Render time, of a frame's time",
      description: "Past 100 % frames are rendered late.",
      ...LOOKS.ofFrameTime,
      queries: [{
        expr: perMachine(series("obs.frame.render_time", WHO), {
          by: "*",
          other: series("obs.fps.target", WHO),
        }),
        legend: "render time",
      }],
    }),
    overTime({
      title: "Graphics card",
      description: "What the card is busy with. A full encoder skips frames.",
      ...LOOKS.load,
      queries: [{ expr: series("hw.gpu.utilization", WHO), legend: "{{hw_id}} {{hw_gpu_task}}" }],
    }),
    overTime({
      title: "Heat",
      description: "Most cards slow down from 83 to 93 °C.",
      ...LOOKS.heat,
      queries: [{ expr: series("hw.temperature", CARD), legend: "{{hw_id}}" }],
    }),
    overTime({
      title: "Card's memory",
      description: "A full card swaps with the machine's memory, and everything stutters.",
      ...LOOKS.busy,
      queries: [{
        expr: `${series("hw.gpu.memory.usage", CARD)} / ${series("hw.gpu.memory.limit", CARD)}`,
        legend: "{{hw_id}}",
      }],
    }),
    stateTimeline({
      title: "Clock held down",
      description: "When heat, power or the driver kept the card from its full clock.",
      ...{ ...HALF, ...LOOKS.throttled },
      queries: [{ expr: during(series("hw.gpu.throttled", CARD)), legend: "{{hw_id}}" }],
    }),
  ],
}, {
  title: "Machine and network",
  panels: [
    overTime({
      title: "Processor",
      description: "The whole machine's, and OBS's part of it.",
      ...LOOKS.load,
      queries: [
        { expr: series("system.cpu.utilization", WHO), legend: "machine" },
        { expr: series("obs.cpu.utilization", WHO), legend: "OBS" },
      ],
    }),
    overTime({
      title: "Memory",
      description: "In use, of what the machine has.",
      ...LOOKS.memory,
      queries: [{
        expr: perMachine(series("system.memory.usage", `system_memory_state="used"`, WHO), {
          by: "/",
          other: series("system.memory.limit", WHO),
        }),
        legend: "in use",
      }],
    }),
    overTime({
      title: "Network over time",
      description: "What the machine's interfaces carry. An upload beside the stream shows here.",
      ...LOOKS.bitrate,
      queries: [{
        expr: `8 * rate(${series("system.network.io", WHO)}[$__rate_interval])`,
        legend: "{{network_io_direction}}",
      }],
    }),
    overTime({
      title: "Round trip to the platform",
      description: "A rise before frames drop points to the connection.",
      ...{ unit: "s", min: 0 },
      queries: [{ expr: series("obs.ingest.latency", WHO), legend: "TCP connect" }],
    }),
    overTime({
      title: "Disk lasts",
      description: "Until the volume that OBS records to is full.",
      ...LOOKS.timeLeft,
      queries: [{ expr: series("obs.record.time_left", WHO), legend: "time left" }],
    }),
    overTime({
      title: "Disk",
      description: "Free where OBS records.",
      ...LOOKS.bytes,
      queries: [{
        expr: series("system.filesystem.usage", `system_filesystem_state="free"`, WHO),
        legend: "free",
      }],
    }),
  ],
}];
