/** What is told to the user while there is no connection to OBS: what is wrong and what to do. */
import { ENABLE_SERVER, OBS_REFUSED, OBS_SILENT } from "../../shared/obs_away.ts";
import { isLoopback } from "../net/loopback.ts";
import { DeadlineError } from "../time/deadline.ts";
import { FROM_VAULT, type ObsEndpoint, type ObsPassword } from "./endpoint.ts";
import { CLOSE_GOING_AWAY, CLOSE_SESSION_INVALIDATED } from "./session.ts";

/**
 * What OBS 30 and later offer at the start after a crash (obs-studio, `SAFE_MODULES`). Nothing of
 * OBS's runs while its question stands there.
 */
const SAFE_MODE = "it has neither WebSocket server nor scripts";

/** That OBS has not been found so far. */
export const NOT_FOUND_YET = `OBS has not been found yet. ${ENABLE_SERVER}.`;

/** What the end of a connection means. `exiting`: OBS said goodbye before. */
export function closeProblem(code: number, exiting: boolean): string {
  if (exiting) return "OBS was closed. It is found again by itself when it starts.";
  if (code === CLOSE_SESSION_INVALIDATED) {
    return "OBS ended the sidecar's connection: somebody pressed the kick button in " +
      "Tools > WebSocket Server Settings. A new attempt follows.";
  }
  return code === CLOSE_GOING_AWAY
    ? `OBS's WebSocket server was switched off, or its settings changed. ${ENABLE_SERVER}.`
    : "OBS went away without closing: it has crashed, or the connection to it broke. " +
      `If it has crashed, restart it. If it then asks, not in Safe Mode: ${SAFE_MODE}.`;
}

/** Whether an OBS that ends a connection with this code goes on running. */
export function isShutOut(code: number): boolean {
  return code === CLOSE_GOING_AWAY || code === CLOSE_SESSION_INVALIDATED;
}

/** Why a connection attempt failed that OBS did not refuse. */
export function describeFailure(error: unknown, endpoint: ObsEndpoint): string {
  return error instanceof DeadlineError
    ? `OBS at ${endpoint.host}:${endpoint.port} does not answer. If it hangs, restart it.`
    : nobodyAnswers(endpoint);
}

/** That nothing listens where OBS should be. */
export function nobodyAnswers({ host, port, disabled, isRunning }: ObsEndpoint): string {
  if (disabled) return `OBS's WebSocket server is switched off. ${ENABLE_SERVER}.`;
  if (isRunning) {
    return `${OBS_SILENT} at ${host}:${port}: it is off, as in Safe Mode, or at another port, or ` +
      `OBS hangs, has crashed, or waits for an answer at its start. ${ENABLE_SERVER}, and set the Server Port that ` +
      'stands there as "port" under [obs] in config.toml if it is not found by itself.';
  }
  return `No OBS answers at ${host}:${port}: it is not running, waits for an answer at its start, ` +
    `or its WebSocket server is off, as in Safe Mode. ${ENABLE_SERVER}.`;
}

const SET_PASSWORD = '"deno task vault set obs.websocket.password"';
const DELETE_PASSWORD = '"deno task vault delete obs.websocket.password"';

/** That OBS refused a password, or the lack of one (null). */
export function refusal(password: ObsPassword | null, { host }: ObsEndpoint): string {
  if (password?.source === FROM_VAULT) {
    return `${OBS_REFUSED} the password that the vault holds for ${host}. Run ${SET_PASSWORD} and ` +
      "enter the one in OBS's Tools > WebSocket Server Settings > Show Connect Info. " +
      "Nothing more is tried until it changes or OBS restarts.";
  }
  if (!isLoopback(host)) {
    return `${OBS_REFUSED} the connection: on ${host} it asks for a password, and the vault holds ` +
      `none for it. Run ${SET_PASSWORD}.`;
  }
  return password === null
    ? `${OBS_REFUSED} the connection: it asks for a password, and none is known. ` +
      `Run the sidecar as the user who runs OBS, or run ${SET_PASSWORD}, ` +
      "or switch authentication off in Tools > WebSocket Server Settings."
    : `${OBS_REFUSED} the password found in ${password.source}. Restart OBS, so that it and its ` +
      "settings agree, or set the password anew in Tools > WebSocket Server Settings. " +
      "Nothing more is tried until one of the two happens.";
}

/** That OBS is connected, but not with the password that the user entered for it. */
export function vaultPasswordRefused({ host }: ObsEndpoint): string {
  return `OBS refused the password that the vault holds for ${host}, and took the one from its ` +
    `own settings. Run ${SET_PASSWORD} to replace the vault's, or ${DELETE_PASSWORD}.`;
}
