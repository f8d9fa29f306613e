/** What there is, for who calls the program without a command or asks for help. */
export const OVERVIEW = `Usage: deno task COMMAND [options]

  start       watch OBS until Ctrl-C
  setup       connect OBS: its WebSocket server, the dock and the overlay
  dock        print the dock's URL
  preflight   will this work tonight?
  report      how did the stream go?
  vault       store passwords and keys
  stop        end a sidecar that runs in the background
  autostart   start the sidecar at login, or no longer
  diagnose    write a zip for a bug report
  demo        show everything without OBS

deno task COMMAND --help tells more of one.`;
