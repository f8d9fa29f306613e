import { isLoopback } from "../net/loopback.ts";
import type { Clock } from "../time/clock.ts";
import {
  describeFailure,
  nobodyAnswers,
  refusal,
  vaultPasswordRefused,
} from "./connection_problem.ts";
import { FROM_VAULT, type ObsEndpoint, type ObsPassword } from "./endpoint.ts";
import { RefusedPasswords } from "./refused_passwords.ts";
import {
  CLOSE_AUTHENTICATION_FAILED,
  ObsConnectError,
  type ObsSession,
  type ObsSessionOptions,
} from "./session.ts";

/**
 * Milliseconds that OBS has to answer a connection attempt or a call. Shorter than a collector's
 * own deadline, so that the user is told that OBS hangs, and not that its figures are missing.
 */
const OBS_DEADLINE_MS = 1_800;

/** What a connector needs. */
export interface ObsConnectorOptions {
  clock: Clock;
  openSession(options: ObsSessionOptions): Promise<ObsSession>;
  isListening(address: { host: string; port: number }): Promise<boolean>;
  onEvent: ObsSessionOptions["onEvent"];
}

/** An open session, and how it came to be. */
export interface ObsConnected {
  session: ObsSession;
  endpoint: ObsEndpoint;
  /** That OBS refused the vault's password and took its own, for the user; else null. */
  passwordNotice: string | null;
}

/** Tries to connect to an OBS: each password once for each run of that OBS. */
export class ObsConnector {
  readonly #options: ObsConnectorOptions;
  readonly #refused: RefusedPasswords;

  constructor(options: ObsConnectorOptions) {
    this.#options = options;
    this.#refused = new RefusedPasswords(options.clock);
  }

  /** A round of attempts begins. */
  beginRound(): void {
    this.#refused.beginRound();
  }

  /** @returns the session, or why there is none and what to do */
  async connect(endpoint: ObsEndpoint): Promise<ObsConnected | string> {
    const { host, port } = endpoint;
    const place = `${host}:${port}`;
    // Here a bare connection costs far less than a WebSocket that fails.
    const asksFirst = isLoopback(host) || this.#refused.knows(place);
    if (asksFirst && !await this.#options.isListening({ host, port })) {
      this.#refused.forget(place);
      return nobodyAnswers(endpoint);
    }
    const passwords: (ObsPassword | null)[] = endpoint.passwords.length > 0
      ? [...endpoint.passwords]
      : [null];
    let problem = "";
    for (const password of passwords) {
      if (await this.#refused.has(place, password)) {
        problem = refusal(password, endpoint);
        continue;
      }
      try {
        const session = await this.#options.openSession({
          host,
          port,
          password: password?.value ?? null,
          deadlineMs: OBS_DEADLINE_MS,
          onEvent: this.#options.onEvent,
        });
        await this.#refused.remove(place, password);
        const passwordNotice = isSecondChoice(password, passwords)
          ? vaultPasswordRefused(endpoint)
          : null;
        return { session, endpoint, passwordNotice };
      } catch (error) {
        if (!isRefusal(error)) return describeFailure(error, endpoint);
        await this.#refused.add(place, password);
        problem = refusal(password, endpoint);
      }
    }
    return problem;
  }
}

/** Whether this is not the vault's password although the vault has one. */
function isSecondChoice(
  password: ObsPassword | null,
  passwords: readonly (ObsPassword | null)[],
): boolean {
  return password?.source !== FROM_VAULT &&
    passwords.some((candidate) => candidate?.source === FROM_VAULT);
}

function isRefusal(error: unknown): boolean {
  return error instanceof ObsConnectError && error.code === CLOSE_AUTHENTICATION_FAILED;
}
