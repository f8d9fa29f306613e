import type { Finding } from "../../../shared/preflight.ts";
import { ACCEPTED_AFTER_MS } from "../../rtmp/publisher.ts";
import { tryPublishing } from "../../rtmp/try_publishing.ts";
import { type Check, type CheckContext, pass, skipped, warning } from "../check.ts";
import { LiveError, type LiveGuard } from "../live_guard.ts";
import { ingestHost, type PlatformTarget, type UnreadyPlatform } from "../platform_targets.ts";
import { lookAtServer, serverFailure } from "./look_at_server.ts";
import type { NetworkAccess } from "./network_access.ts";
import { publishPermission } from "./publish_permission.ts";

/** Steps of which each may take as long as a server may take. */
const STEPS = 14;

/** What checking a platform needs. */
export interface PlatformCheckOptions {
  access: NetworkAccess;
  guard: LiveGuard;
}

/** The connection to one platform, as far as it may be tried. */
export function platformCheck(
  target: PlatformTarget,
  { access, guard }: PlatformCheckOptions,
): Check {
  return {
    id: `network.${target.name}`,
    name: `${target.label}: connection`,
    group: "network",
    platform: target.name,
    deadlineMs: ACCEPTED_AFTER_MS + STEPS * access.stepMs,
    async run(context) {
      const { findings, reached } = await lookAtServer(target.url, { access, context });
      return reached
        ? [...findings, ...await tryKey(target, { access, guard, context })]
        : findings;
    },
  };
}

/** A platform that is not set up. */
export function unreadyCheck({ name, label, missing, remedy }: UnreadyPlatform): Check {
  return {
    id: `network.${name}`,
    name: `${label}: connection`,
    group: "network",
    platform: name,
    deadlineMs: 1000,
    run: () => Promise.resolve([{ ...skipped(missing), remedy }]),
  };
}

async function tryKey(
  target: PlatformTarget,
  { access, guard, context: { signal, progress } }: PlatformCheckOptions & {
    context: CheckContext;
  },
): Promise<Finding[]> {
  const host = ingestHost(target.url) ?? "";
  const permission = publishPermission({ ...target, host });
  if (!permission.allowed) return [pass(permission.why)];
  const refusal = await guard.refusal();
  if (refusal !== null) return [skipped(`The stream key was not tried: ${refusal}`)];
  let key: string;
  try {
    using secret = await target.readKey();
    if (secret === null) return [skipped("Its stream key was taken out of the vault meanwhile.")];
    key = secret.text();
  } catch (error) {
    return [keyUnreadable(error)];
  }
  progress("trying the stream key");
  try {
    const { startMs } = await guard.during(signal, (idle) =>
      tryPublishing(
        { url: target.url, key: permission.keyFor(key) },
        { ...access, signal: idle },
      ));
    return [pass(
      `The stream key works: a test stream began after ${Math.round(startMs)} ms and was taken ` +
        `for ${ACCEPTED_AFTER_MS / 1000} s, ${permission.note}.`,
    )];
  } catch (error) {
    if (error instanceof LiveError) return [skipped(error.message)];
    return [serverFailure(error)];
  }
}

/** The vault's errors are for the user; streaming does not need it. */
function keyUnreadable(error: unknown): Finding {
  const message = error instanceof Error ? error.message : String(error);
  return warning(`The stream key cannot be read, so it was not tried: ${message}`, {
    remedy: 'Mend the vault ("deno task vault list" tells more). OBS streams without it.',
  });
}
