/** What ffmpeg finds in a recording. */
export interface Recording {
  /** Complaints of a decoder that explodes at the slightest error; "" if it has none. */
  complaints: string;
  videoFrames: number;
  audioFrames: number;
  size: string;
  /** Whether every picture is black. */
  black: boolean;
}

async function output(command: string, args: string[]): Promise<{ stdout: string; all: string }> {
  const result = await new Deno.Command(command, { args, stdin: "null" }).output();
  const [stdout, stderr] = [result.stdout, result.stderr].map((bytes) =>
    new TextDecoder().decode(bytes)
  );
  return { stdout: stdout ?? "", all: `${stdout}${stderr}` };
}

/** Decodes a recording with ffmpeg and counts what is in it. */
export async function inspectRecording(path: string): Promise<Recording> {
  const strict = ["-v", "error", "-xerror", "-err_detect", "explode", "-i", path];
  const { all: complaints } = await output("ffmpeg", [...strict, "-f", "null", "-"]);
  const { stdout } = await output("ffprobe", [
    ...["-v", "error", "-count_frames", "-of", "compact=nk=0:p=0"],
    ...["-show_entries", "stream=codec_type,width,height,nb_read_frames", path],
  ]);
  const frames = (type: string) =>
    Number(new RegExp(`codec_type=${type}.*nb_read_frames=(\\d+)`).exec(stdout)?.[1] ?? 0);
  // Brightest value of any pixel in any frame.
  const { all: statistics } = await output("ffmpeg", [
    ...["-v", "info", "-i", path, "-an"],
    ...["-vf", "signalstats,metadata=print:key=lavfi.signalstats.YMAX", "-f", "null", "-"],
  ]);
  const brightest = [...statistics.matchAll(/YMAX=(\d+)/g)].map(([, value]) => Number(value));
  return {
    complaints,
    videoFrames: frames("video"),
    audioFrames: frames("audio"),
    size: /width=(\d+)\|height=(\d+)/.exec(stdout)?.slice(1).join("x") ?? "",
    black: brightest.length > 0 && brightest.every((value) => value === 16),
  };
}
