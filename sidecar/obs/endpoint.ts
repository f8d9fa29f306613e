import { isLoopback } from "../net/loopback.ts";
import type { ObsPrograms } from "./obs_programs.ts";
import { DEFAULT_OBS_PORT, type FoundServers, type ServerSettings } from "./server_settings.ts";

/** An OBS to try to connect to. */
export interface ObsEndpoint {
  host: string;
  port: number;
  /** Passwords to try, in order; empty: try without one. */
  passwords: readonly ObsPassword[];
  /** The `obs-studio` folder of that OBS; null if it is not known or on another machine. */
  configRoot: string | null;
  /** Whether OBS's own settings say that obs-websocket is off. */
  disabled: boolean;
  /** Whether an OBS runs on this machine, and has for long enough to answer. */
  isRunning: boolean;
}

/** A password, and where it comes from, to be told to the user. */
export interface ObsPassword {
  value: string;
  source: string;
}

/** Source of a password that OBS was started with. */
const FROM_COMMAND_LINE = "OBS's command line";

/** Source of the password that the user entered. */
export const FROM_VAULT = "the vault";

/** What the user set in `[obs]`. */
export interface ObsAddress {
  host: string;
  /** Null: find it in OBS's own settings. */
  port: number | null;
}

/** What is known of where OBS may be. */
export interface ObsClues extends FoundServers {
  vaultPassword?: string | null;
  running?: ObsPrograms;
}

/**
 * Where OBS may be listening, likeliest first. OBS's own settings and command line count on this
 * machine only: its password is never sent to another. What a running OBS was started with holds
 * over its settings. The vault's password was entered for this host and goes first.
 */
export function obsEndpoints(
  { host, port }: ObsAddress,
  { servers, vaultPassword = null, running = { programs: [], isSettled: false } }: ObsClues,
): ObsEndpoint[] {
  const entered = vaultPassword === null ? [] : [{ value: vaultPassword, source: FROM_VAULT }];
  if (!isLoopback(host)) {
    return [{
      host,
      port: port ?? DEFAULT_OBS_PORT,
      passwords: entered,
      configRoot: null,
      disabled: false,
      isRunning: false,
    }];
  }
  // obs-websocket listens on IPv4; "localhost" would try ::1 first.
  const address = host.toLowerCase() === "localhost" ? "127.0.0.1" : host;
  const isRunning = running.isSettled;
  const started = running.programs.flatMap(({ password }) =>
    password === null ? [] : [{ value: password, source: FROM_COMMAND_LINE }]
  );
  const first = [...entered, ...started];
  const elsewhere = (at: number): ObsEndpoint => ({
    host: address,
    port: at,
    passwords: [...first, ...servers.flatMap(passwordsOf)],
    configRoot: servers[0]?.root ?? null,
    disabled: false,
    isRunning,
  });
  const isWanted = (at: number) => port === null || at === port;
  const overridden = running.programs.flatMap((program) => program.port ?? []).filter(isWanted);
  const matching = servers.filter((server) => isWanted(server.port));
  const endpoints = [
    ...overridden.filter((at) => !matching.some((server) => server.port === at)).map(elsewhere),
    ...matching.toSorted((a, b) => Number(b.enabled) - Number(a.enabled)).map((server) => ({
      host: address,
      port: server.port,
      passwords: [...first, ...passwordsOf(server)],
      configRoot: server.root,
      disabled: !server.enabled,
      isRunning,
    })),
  ];
  return endpoints.length > 0 ? endpoints : [elsewhere(port ?? DEFAULT_OBS_PORT)];
}

function passwordsOf(server: ServerSettings): ObsPassword[] {
  return server.password === null ? [] : [{ value: server.password, source: server.file }];
}
