import type { Telemetry } from "../../shared/telemetry.ts";
import { formatPercent } from "./format.ts";
import { alertTone, judgedTone, type Tone } from "./tone.ts";

/** One of the three lamps: where frames get lost. */
export interface LampView {
  label: "Network" | "GPU" | "Encoder";
  /** What happens to the frames there. */
  caption: string;
  /** Share of the last 60 s. */
  value: string;
  tone: Tone;
}

const NETWORK_METRIC =
  /^obs\.(recent_drop_percentage|outputs\..+\.(recent_drop_percentage|reconnects|congestion|bitrate_kbps))$/;
const GPU_METRIC =
  /^(obs\.(recent_render_lagged_percentage|active_fps|render_time_ms)|system\.gpus?\..+)$/;
const ENCODER_METRIC = /^obs\.recent_encoder_skipped_percentage$/;

/** The three faults with three remedies, each with the alerts that belong to it. */
export function lampViews(telemetry: Telemetry): LampView[] {
  const { obs } = telemetry;
  const lamp = (
    { label, caption }: Pick<LampView, "label" | "caption">,
    { percent, metric }: { percent: number | null; metric: RegExp },
  ): LampView => {
    const tone = judgedTone(percent, alertTone(telemetry, (name) => metric.test(name)));
    return { label, caption, value: formatPercent(percent), tone };
  };
  return [
    lamp({ label: "Network", caption: "dropped" }, {
      percent: obs.recent_drop_percentage,
      metric: NETWORK_METRIC,
    }),
    lamp({ label: "GPU", caption: "lagged" }, {
      percent: obs.recent_render_lagged_percentage,
      metric: GPU_METRIC,
    }),
    lamp({ label: "Encoder", caption: "skipped" }, {
      percent: obs.recent_encoder_skipped_percentage,
      metric: ENCODER_METRIC,
    }),
  ];
}
