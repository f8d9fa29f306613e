import type { ConfigEvent } from "../../shared/api.ts";
import { BUILD_ID } from "../../shared/build_id.ts";
import type { Config } from "../../shared/config.ts";
import { createLiveStream, type LiveStream } from "../sinks/live.ts";
import { createDockTheme } from "./dock_theme.ts";

/** The live stream, and what the dock is told of the settings on it. */
export interface DockStream {
  readonly live: LiveStream;
  /** Looks which theme the dock is to take, and tells it; resolves when that is done. */
  refreshTheme(): Promise<void>;
  /** Tells the dock of settings that it goes by, if they are others than it knows. */
  publishConfig(): void;
}

/** What the stream needs. */
export interface DockStreamOptions {
  /** The settings in force. */
  config(): Config;
  /** Version of the file that they are of. */
  version(): string;
  /** OBS's folders, likeliest first. */
  obsRoots(): readonly string[];
  readText(path: string): Promise<string>;
}

/** Opens the live stream that docks follow. */
export function openDockStream(
  { config, version, obsRoots, readText }: DockStreamOptions,
): DockStream {
  const theme = createDockTheme({
    setting: () => config().dock.theme,
    roots: obsRoots,
    readText,
    onChange: publishConfig,
  });
  const configEvent = (): ConfigEvent => ({
    build: BUILD_ID,
    tick_ms: config().engine.bridge_update_rate,
    theme: theme.now,
    version: version(),
  });
  const live = createLiveStream({ config: configEvent });
  let published = JSON.stringify(configEvent());

  function publishConfig(): void {
    const event = configEvent();
    if (JSON.stringify(event) === published) return;
    published = JSON.stringify(event);
    live.publish("config", event);
  }

  return { live, refreshTheme: () => theme.refresh(), publishConfig };
}
