import { isLoopback } from "../loopback.ts";
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
}

/** A password, and where it comes from, to be told to the user. */
export interface ObsPassword {
  value: string;
  source: string;
}

/** Source of the password that the user entered. */
export const FROM_VAULT = "the vault";

/** What the user set in `[obs]`. */
export interface ObsAddress {
  host: string;
  /** Null: find it in OBS's own settings. */
  port: number | null;
}

/**
 * Where OBS may be listening, likeliest first. OBS's own settings count on this machine only: its
 * password is never sent to another. The vault's password was entered for this host and goes first.
 */
export function obsEndpoints(
  { host, port }: ObsAddress,
  { servers, vaultPassword = null }: FoundServers & { vaultPassword?: string | null },
): ObsEndpoint[] {
  const entered = vaultPassword === null ? [] : [{ value: vaultPassword, source: FROM_VAULT }];
  if (!isLoopback(host)) {
    return [{
      host,
      port: port ?? DEFAULT_OBS_PORT,
      passwords: entered,
      configRoot: null,
      disabled: false,
    }];
  }
  // obs-websocket listens on IPv4; "localhost" would try ::1 first.
  const address = host.toLowerCase() === "localhost" ? "127.0.0.1" : host;
  const matching = servers.filter((server) => port === null || server.port === port);
  const endpoints = matching
    .toSorted((a, b) => Number(b.enabled) - Number(a.enabled))
    .map((server) => endpointOf(address, { server, entered }));
  if (endpoints.length > 0) return endpoints;
  return [{
    host: address,
    port: port ?? DEFAULT_OBS_PORT,
    passwords: [...entered, ...servers.flatMap(passwordsOf)],
    configRoot: servers[0]?.root ?? null,
    disabled: false,
  }];
}

function endpointOf(
  host: string,
  { server, entered }: { server: ServerSettings; entered: readonly ObsPassword[] },
): ObsEndpoint {
  return {
    host,
    port: server.port,
    passwords: [...entered, ...passwordsOf(server)],
    configRoot: server.root,
    disabled: !server.enabled,
  };
}

function passwordsOf(server: ServerSettings): ObsPassword[] {
  return server.password === null ? [] : [{ value: server.password, source: server.file }];
}
