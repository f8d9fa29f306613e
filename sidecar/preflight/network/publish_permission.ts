import { platformByHost } from "../../obs/platforms.ts";

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
  /** Whether the server is the user's own: this machine, or in a private network. */
  ownServer: boolean;
}

/** Whether a test may publish there. */
export type PublishPermission =
  /** `keyFor` makes the key to publish with of the one in the vault. */
  | { allowed: true; keyFor(key: string): string; note: string }
  /** Why not, as a sentence. */
  | { allowed: false; why: string };

/** Platforms where whatever is published goes live, whatever the server's address. */
const NEVER: readonly string[] = ["kick", "tiktok"];

/** Takes keys with `bandwidthtest`, which its own test tool uses, and shows them to nobody. */
const WITH_TEST_MODE = "twitch";

/** Has keys whose broadcasts the user can keep private. */
const WITH_TEST_KEYS = "youtube";

/**
 * Whether a test may publish under a key: to Twitch in its test mode; to YouTube, and to a server
 * of the user's own, with a key that the user marked as a test key; nowhere else. The host decides
 * what a platform is, whatever its name; Kick and TikTok are kept out by their names too.
 */
export function publishPermission(
  { id, label, host, testKey, ownServer }: PublishPlace,
): PublishPermission {
  const byHost = platformByHost(host)?.id ?? null;
  if (byHost === WITH_TEST_MODE && !NEVER.includes(id ?? "")) {
    return {
      allowed: true,
      keyFor: withTestMode,
      note: "in Twitch's test mode, which no viewer sees",
    };
  }
  const isNever = NEVER.includes(id ?? "") || NEVER.includes(byHost ?? "");
  const isOwn = ownServer && byHost === null;
  if (isNever || byHost !== WITH_TEST_KEYS && !isOwn && testKey) {
    return {
      allowed: false,
      why: `${label} has no test mode that is known: whatever is published there may go live. ` +
        "So the test stops before the stream key.",
    };
  }
  if (testKey) return { allowed: true, keyFor: (key) => key, note: "with your test key" };
  return {
    allowed: false,
    why: `Publishing to ${label} may go live and notify your followers, so the test stops before ` +
      "the stream key. If the server is YouTube's or your own, and the key in the vault is a " +
      "test key that nobody sees, set test_key = true for it in config.toml.",
  };
}

function withTestMode(key: string): string {
  const [name = "", query = ""] = key.split("?", 2);
  const parameters = query.split("&").filter((each) =>
    each !== "" && !/^bandwidthtest(=|$)/i.test(each)
  );
  return `${name}?${[...parameters, "bandwidthtest=true"].join("&")}`;
}
