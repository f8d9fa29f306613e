import type { Config, PlatformConfig } from "../../shared/config.ts";
import { CannotRunError } from "../cannot_run_error.ts";
import { platformByHost } from "../obs/platforms.ts";
import { parseIngestUrl } from "../rtmp/ingest_url.ts";
import { mayBeSentTo } from "../vault/host.ts";
import type { LazyVault } from "../vault/lazy_vault.ts";
import type { Secret } from "../vault/secret.ts";
import { VaultError } from "../vault/vault_error.ts";
import { limitedTarget } from "./obs/stream_target.ts";

/** A platform of config.toml for a run of the checks. */
export interface PlatformTarget {
  /** Name in `[platforms.<name>]`. */
  name: string;
  /** As a person reads it. */
  label: string;
  /** The platform's id; null for one that is not known. */
  id: string | null;
  url: string;
  /** The user's own limit in kbit/s of video; null without. */
  maxBitrateKbps: number | null;
  testKey: boolean;
  /** Whether the server is known to be the user's own: this machine, or in a private network. */
  ownServer: boolean;
  /** Name of the OBS output that feeds it, if the user says so. */
  output: string | null;
  /**
   * Gives the stream key, to be wiped after use; null if it is not set for this host.
   * @throws Error for the user if the vault cannot be opened
   */
  readKey(): Promise<Secret | null>;
}

/** A platform that cannot be checked as it is set up, and why. */
export interface UnreadyPlatform {
  name: string;
  label: string;
  /** What is missing, as a sentence. */
  missing: string;
  /** What to do about it. */
  remedy: string;
}

/** The platforms of a run. */
export interface PlatformTargets {
  targets: readonly PlatformTarget[];
  unready: readonly UnreadyPlatform[];
}

/** Which platforms are wanted. */
export interface PlatformTargetsOptions {
  platforms: Config["platforms"];
  /** Names that were asked for, enabled or not; empty for all that are enabled. */
  only: readonly string[];
  vault: Pick<LazyVault, "find">;
}

/** The names that were asked for and that config.toml does not have. */
export function unknownPlatforms(
  only: readonly string[],
  platforms: Config["platforms"],
): string[] {
  return only.filter((name) => !Object.hasOwn(platforms, name));
}

/** Sorts platforms by whether they are set up: with an ingest URL, and a key for its host. */
export async function platformTargets(
  { platforms, only, vault }: PlatformTargetsOptions,
): Promise<PlatformTargets> {
  const wanted = Object.entries(platforms).filter(([name, { enabled }]) =>
    only.length > 0 ? only.includes(name) : enabled
  );
  const targets: PlatformTarget[] = [];
  const unready: UnreadyPlatform[] = [];
  const keys = await storedKeys(vault);
  for (const [name, settings] of wanted) {
    const target = targetOf(name, { settings, vault });
    const lack = target === null ? noUrl(name) : keyLack(target, keys);
    if (lack !== null) unready.push({ name, label: labelOf(name), ...lack });
    else if (target !== null) targets.push(target);
  }
  return { targets, unready };
}

/** The host of a platform's ingest URL; null if the URL is malformed. */
export function ingestHost(url: string): string | null {
  try {
    return parseIngestUrl(url).host;
  } catch {
    return null;
  }
}

/** What of a platform's ingest URL may be a stream key; nothing if the URL is malformed. */
export function ingestSecrets(url: string): readonly string[] {
  try {
    return parseIngestUrl(url).secrets;
  } catch {
    return [];
  }
}

/** The hosts that keys are stored for by their ids; null if the vault cannot be opened. */
type StoredKeys = ReadonlyMap<string, string | null> | null;

async function storedKeys(vault: Pick<LazyVault, "find">): Promise<StoredKeys> {
  try {
    const opened = await vault.find();
    const entries = opened === null ? [] : await opened.list();
    return new Map(entries.map(({ id, host }) => [id, host]));
  } catch (error) {
    if (error instanceof VaultError || error instanceof CannotRunError) return null;
    throw error;
  }
}

function targetOf(
  name: string,
  { settings, vault }: { settings: PlatformConfig; vault: Pick<LazyVault, "find"> },
): PlatformTarget | null {
  const { ingest_url: url, max_bitrate_kbps: maxBitrateKbps, test_key: testKey, output } = settings;
  if (url === null) return null;
  const host = ingestHost(url);
  const { label, id } = limitedTarget({ name, maxBitrateKbps });
  return {
    ...{ name, label, url, maxBitrateKbps, testKey, output },
    ownServer: false,
    id: id ?? (host === null ? null : platformByHost(host)?.id ?? null),
    async readKey() {
      const opened = host === null ? null : await vault.find();
      return host === null || opened === null ? null : await opened.getFor(keyId(name), host);
    },
  };
}

/** What is missing of a platform's key; null if it is there, or cannot be told. */
function keyLack(
  { name, url }: PlatformTarget,
  keys: StoredKeys,
): Omit<UnreadyPlatform, "name" | "label"> | null {
  if (keys === null) return null;
  const host = keys.get(keyId(name));
  if (host === undefined) {
    return {
      missing: "It has no stream key in the vault, so it is not set up.",
      remedy: `If you stream there: deno task vault set ${keyId(name)}`,
    };
  }
  const wanted = ingestHost(url);
  if (wanted === null || mayBeSentTo(wanted, { bound: host })) return null;
  return {
    missing: `Its stream key was entered for ${host ?? "no host"} and is not sent to ${wanted}.`,
    remedy: `If ${wanted} is right: deno task vault confirm ${keyId(name)}`,
  };
}

function noUrl(name: string): Omit<UnreadyPlatform, "name" | "label"> {
  return {
    missing: "It has no ingest URL, so it is not set up.",
    remedy: `If you stream there: copy the server's URL from the platform's dashboard into ` +
      `config.toml, [platforms.${name}] ingest_url.`,
  };
}

function keyId(name: string): string {
  return `platforms.${name}.stream_key`;
}

function labelOf(name: string): string {
  return limitedTarget({ name, maxBitrateKbps: null }).label;
}
