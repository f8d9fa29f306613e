import { platformByHost } from "../../platforms.ts";

/** Where a key would be used. */
export interface PublishPlace {
  /** The platform's id by its name in config.toml; null for one that is not known. */
  id: string | null;
  /** As a person reads it. */
  label: string;
  /** The ingest's host. */
  host: string;
  /** Whether the user marked the key as a test key. */
  testKey: boolean;
}

/** Whether a test may publish there. */
export type PublishPermission =
  /** `keyFor` makes the key to publish with of the one in the vault. */
  | { allowed: true; keyFor(key: string): string; note: string }
  /** Why not, as a sentence. */
  | { allowed: false; why: string };

/** Platforms where whatever is published goes live, and where there is no way to mark a test. */
const NEVER: readonly string[] = ["kick", "tiktok"];

/** Takes keys with `bandwidthtest`, which its own test tool uses, and shows them to nobody. */
const WITH_TEST_MODE = "twitch";

/**
 * Whether a test may publish under a key: to Twitch in its test mode, elsewhere only with a key
 * that the user marked as a test key, to Kick and TikTok never. Name and host are both asked, so
 * that a platform under another name is still recognised.
 */
export function publishPermission(
  { id, label, host, testKey }: PublishPlace,
): PublishPermission {
  const byHost = platformByHost(host)?.id ?? null;
  const ids = [id, byHost];
  if (NEVER.some((never) => ids.includes(never))) {
    return {
      allowed: false,
      why: `${label} has no test mode: whatever is published there goes live. ` +
        "So the test stops before the stream key.",
    };
  }
  if (byHost === WITH_TEST_MODE) {
    return {
      allowed: true,
      keyFor: withTestMode,
      note: "in Twitch's test mode, which no viewer sees",
    };
  }
  if (testKey) return { allowed: true, keyFor: (key) => key, note: "with your test key" };
  return {
    allowed: false,
    why: `Publishing to ${label} may go live and notify your followers, so the test stops before ` +
      "the stream key. If the key in the vault is a test key that nobody sees, set " +
      "test_key = true for it in config.toml.",
  };
}

function withTestMode(key: string): string {
  const [name = "", query = ""] = key.split("?", 2);
  const parameters = query.split("&").filter((each) =>
    each !== "" && !/^bandwidthtest(=|$)/i.test(each)
  );
  return `${name}?${[...parameters, "bandwidthtest=true"].join("&")}`;
}
