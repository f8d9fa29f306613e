import { describeFailure, NOT_FOUND_YET, refusal } from "../../obs/connection_problem.ts";
import type { ObsEndpoint, ObsPassword } from "../../obs/endpoint.ts";
import {
  CLOSE_AUTHENTICATION_FAILED,
  ObsConnectError,
  ObsSession,
  type ObsSessionOptions,
  type StateEvent,
} from "../../obs/session.ts";
import { type ObsAccess, obsAccess } from "./obs_access.ts";

/** An OBS that was opened for a run of the checks. */
export interface OpenedObs {
  access: ObsAccess;
  /** Whether OBS changes its profile or scene collection, or closes: it must not be asked then. */
  isChanging(): boolean;
  close(): void;
}

/** What opening needs. */
export interface OpenObsOptions {
  /** Milliseconds for a connection, and for each call. */
  deadlineMs: number;
  openSession?(options: ObsSessionOptions): Promise<ObsSession>;
}

/**
 * Opens a connection of its own to the first place where OBS answers, with the first password
 * that it takes.
 * @throws Error that says why there is none and what to do
 */
export async function openObs(
  endpoints: readonly ObsEndpoint[],
  { deadlineMs, openSession = (options) => ObsSession.open(options) }: OpenObsOptions,
): Promise<OpenedObs> {
  let changing = false;
  const onEvent = (event: StateEvent) => {
    if (event === "ExitStarted" || event.endsWith("Changing")) changing = true;
    if (event === "CurrentProfileChanged" || event === "CurrentSceneCollectionChanged") {
      changing = false;
    }
  };
  const problems: { message: string; refused: boolean; cause: unknown }[] = [];
  for (const endpoint of endpoints) {
    const { host, port } = endpoint;
    for (const password of passwordsOf(endpoint)) {
      try {
        const session = await openSession({
          host,
          port,
          password: password?.value ?? null,
          deadlineMs,
          onEvent,
        });
        return {
          access: obsAccess(session, endpoint),
          isChanging: () => changing,
          close: () => session.close(),
        };
      } catch (cause) {
        const refused = isRefusal(cause);
        const message = refused ? refusal(password, endpoint) : describeFailure(cause, endpoint);
        problems.push({ message, refused, cause });
        if (!refused) break;
      }
    }
  }
  // The likeliest place's problem is the one to tell, unless another place answered.
  const problem = problems.findLast(({ refused }) => refused) ?? problems[0];
  throw new Error(problem?.message ?? NOT_FOUND_YET, { cause: problem?.cause });
}

function passwordsOf({ passwords }: ObsEndpoint): readonly (ObsPassword | null)[] {
  return passwords.length > 0 ? passwords : [null];
}

function isRefusal(error: unknown): boolean {
  return error instanceof ObsConnectError && error.code === CLOSE_AUTHENTICATION_FAILED;
}
