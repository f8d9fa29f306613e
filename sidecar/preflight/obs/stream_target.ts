import { type Platform, platformByName, PLATFORMS } from "../../obs/platforms.ts";
import { type PlatformLimits, platformLimits } from "./platform_limits.ts";
import type { ServiceFacts } from "./service_facts.ts";
import { serviceLabel } from "./service_facts.ts";

/** A platform that is to be streamed to, as config.toml names it. */
export interface StreamTarget {
  /** Name in `[platforms.<name>]`. */
  name: string;
  /** The user's own limit in kbit/s, in place of the platform's; null without. */
  maxBitrateKbps: number | null;
  /** Name of the OBS output that feeds it; null or left out for OBS's own stream. */
  output?: string | null;
}

/** A platform with what it takes. */
export interface LimitedTarget {
  /** As a person reads it. */
  label: string;
  /** The platform's id; null for one that is not known. */
  id: string | null;
  limits: PlatformLimits;
}

/** What a platform of config.toml takes. */
export function limitedTarget({ name, maxBitrateKbps }: StreamTarget): LimitedTarget {
  const platform = platformOf(name);
  const limits = platformLimits(platform?.id ?? null);
  return {
    label: platform?.name ?? name,
    id: platform?.id ?? null,
    limits: { ...limits, videoKbps: maxBitrateKbps ?? limits.videoKbps },
  };
}

/** What the service takes that OBS itself is set to. */
export function serviceTarget(service: ServiceFacts): LimitedTarget {
  const id = service.platform?.id ?? null;
  return { label: serviceLabel(service), id, limits: platformLimits(id) };
}

function platformOf(name: string): Platform | null {
  return PLATFORMS.find(({ id }) => id === name) ?? platformByName(name);
}
