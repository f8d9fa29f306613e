/** What OBS's command line says over its settings; null where nothing. */
export interface ObsCommandLine {
  port: number | null;
  password: string | null;
}

/**
 * Reads obs-websocket's options `--websocket_port` and `--websocket_password`, with the value behind
 * `=` or as the next argument; the last one holds (obs-websocket, src/Config.cpp and
 * src/utils/Platform.cpp).
 */
export function parseObsCommandLine(args: readonly string[]): ObsCommandLine {
  const port = Number(optionOf(args, "--websocket_port") ?? NaN);
  return {
    port: Number.isInteger(port) && port >= 1 && port <= 65535 ? port : null,
    password: optionOf(args, "--websocket_password") || null,
  };
}

function optionOf(args: readonly string[], name: string): string | null {
  let value: string | null = null;
  for (const [index, arg] of args.entries()) {
    if (arg === name) value = args[index + 1] ?? value;
    else if (arg.startsWith(`${name}=`)) value = arg.slice(name.length + 1);
  }
  return value;
}
