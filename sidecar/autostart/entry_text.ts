/** How each system writes down what it starts at login. */
import { CannotRunError } from "../cannot_run_error.ts";

const NAME = "OBS Telemetry Bridge";
/** Microsoft, "Run and RunOnce Registry Keys": longer commands are not run. */
const MOST_WINDOWS_CHARACTERS = 260;

/** @throws CannotRunError if the system cannot start it */
export function entryText(words: readonly string[], { os }: { os: typeof Deno.build.os }): string {
  if (words.some((word) => /\p{Cc}/u.test(word))) {
    throw new CannotRunError("A path has control characters in it, which cannot be written down.");
  }
  if (os === "windows") return commandLine(words);
  return os === "darwin" ? launchAgent(words) : desktopEntry(words);
}

/** As CommandLineToArgvW takes it apart; a path holds no quotes on Windows. */
function commandLine(words: readonly string[]): string {
  const line = words.map((word) => /[\s;&^]/.test(word) ? quoted(word) : word).join(" ");
  if (line.length <= MOST_WINDOWS_CHARACTERS) return line;
  throw new CannotRunError(
    `Windows starts nothing at login whose command has more than ${MOST_WINDOWS_CHARACTERS} ` +
      `characters; this one has ${line.length}. Move the program into a folder with a shorter path.`,
  );
}

/** Backslashes before the closing quote count double. */
function quoted(word: string): string {
  return `"${word.replace(/\\+$/, (slashes) => slashes + slashes)}"`;
}

/** freedesktop.org, Desktop Entry Specification 1.5, "The Exec key"; Autostart Specification 0.5. */
function desktopEntry(words: readonly string[]): string {
  const exec = words.map((word) => {
    const plain = word.replaceAll("%", "%%");
    const argument = /^[\w@=+:,./%-]+$/.test(plain)
      ? plain
      : `"${plain.replace(/["`$\\]/g, "\\$&")}"`;
    // Then once more, as in every text of such a file.
    return argument.replaceAll("\\", "\\\\");
  });
  return `[Desktop Entry]
Type=Application
Name=${NAME}
Exec=${exec.join(" ")}
Terminal=false
NoDisplay=true
`;
}

/** Apple, launchd.plist(5). */
function launchAgent(words: readonly string[]): string {
  const strings = words.map((word) => `    <string>${xml(word)}</string>\n`).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>obs-telemetry-bridge</string>
  <key>ProgramArguments</key>
  <array>
${strings}  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>ProcessType</key>
  <string>Background</string>
</dict>
</plist>
`;
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
