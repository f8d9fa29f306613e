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

/** What the user set in `[obs]`. */
export interface ObsAddress {
  host: string;
  /** Null: find it in OBS's own settings. */
  port: number | null;
}

/** Whether a host name means this machine. */
export function isLoopback(host: string): boolean {
  return host.toLowerCase() === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Where OBS may be listening, likeliest first. OBS's own settings count on this machine only: its
 * password is never sent to another.
 */
export function obsEndpoints(
  { host, port }: ObsAddress,
  { servers }: FoundServers,
): ObsEndpoint[] {
  if (!isLoopback(host)) {
    return [{
      host,
      port: port ?? DEFAULT_OBS_PORT,
      passwords: [],
      configRoot: null,
      disabled: false,
    }];
  }
  // obs-websocket listens on IPv4; "localhost" would try ::1 first.
  const address = host.toLowerCase() === "localhost" ? "127.0.0.1" : host;
  const matching = servers.filter((server) => port === null || server.port === port);
  const endpoints = matching
    .toSorted((a, b) => Number(b.enabled) - Number(a.enabled))
    .map((server) => endpointOf(address, server));
  if (endpoints.length > 0) return endpoints;
  return [{
    host: address,
    port: port ?? DEFAULT_OBS_PORT,
    passwords: servers.flatMap(passwordsOf),
    configRoot: servers[0]?.root ?? null,
    disabled: false,
  }];
}

function endpointOf(host: string, server: ServerSettings): ObsEndpoint {
  return {
    host,
    port: server.port,
    passwords: passwordsOf(server),
    configRoot: server.root,
    disabled: !server.enabled,
  };
}

function passwordsOf(server: ServerSettings): ObsPassword[] {
  return server.password === null ? [] : [{ value: server.password, source: server.file }];
}
