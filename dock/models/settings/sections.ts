import { CONFIG_FIELDS } from "../../../shared/config_fields.ts";
import { labelOf } from "./setting.ts";

/** A section of config.toml with a fixed name. */
export type SectionName = keyof typeof CONFIG_FIELDS;

/** Every section with a fixed name. */
export const SECTION_NAMES = Object.keys(CONFIG_FIELDS) as SectionName[];

/** One fold of the form. */
export interface SectionView {
  /** Section of config.toml. */
  id: SectionName | "platforms";
  title: string;
  /** What it is about, where the title does not say it. */
  intro: string | null;
  /** Settings that everybody may want; the rest are folded away. Null: all of them. */
  plain: readonly string[] | null;
}

interface Text {
  title: string;
  intro?: string;
  plain?: readonly string[];
}

/** In the order in which a streamer needs them. */
const TEXTS: Readonly<Record<string, Text>> = {
  obs: { title: "OBS connection" },
  platforms: {
    title: "Platforms",
    intro: "Where you stream to. A platform's stream key is needed for checks before a stream.",
  },
  dock: { title: "Look and sound" },
  alerts: {
    title: "Alerts",
    plain: ["enabled"],
  },
  preflight: { title: "Pre-flight" },
  notify: { title: "Notifications" },
  grafana: { title: "Grafana" },
  engine: { title: "Measuring and history" },
  api: { title: "Dock and API" },
  updates: { title: "Updates" },
};

/** The form's folds in their order. A section that has no text here comes last. */
export function sectionViews(): SectionView[] {
  const known = Object.keys(TEXTS);
  const names = ["platforms" as const, ...SECTION_NAMES];
  const rank = (name: string): number => known.includes(name) ? known.indexOf(name) : known.length;
  return names
    .map((id): SectionView => {
      const { title = labelOf(id), intro = null, plain = null } = TEXTS[id] ?? {};
      return { id, title, intro, plain };
    })
    .sort((a, b) => rank(a.id) - rank(b.id));
}
