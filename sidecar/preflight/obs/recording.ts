import type { Finding } from "../../../shared/preflight.ts";
import { cleanText } from "../../../shared/text.ts";
import { fieldsOf, flagField, positiveField, textField } from "../../obs/fields.ts";
import { withDeadline } from "../../time/deadline.ts";
import { type Check, fail, pass, skipped, warning } from "../check.ts";
import { hasBitrate } from "./encoder.ts";
import type { ReadSettings } from "./limits.ts";
import { type ConnectObs, obsCheck } from "./obs_check.ts";
import { rounded } from "./plain.ts";
import type { FolderState, ProbeFolder } from "./probe_folder.ts";
import { isAdvanced, type Parameters } from "./profile_parameters.ts";
import type { StreamSettings } from "./stream_settings.ts";

/** Free space below which OBS's own Stats dock warns, and sounds the alarm. */
const LITTLE_GIB = 5;
const NONE_GIB = 1;

/** Hours of recording that an evening needs. */
const EVENING_HOURS = 4;

/** A network drive that is gone may keep a write waiting for minutes. */
const PROBE_DEADLINE_MS = 3_000;

const MIB_PER_GIB = 1024;
const SECONDS_PER_HOUR = 3600;

/** What is known of the place that OBS records to. */
export interface RecordingPlace {
  /** Null if OBS does not tell. */
  folder: string | null;
  /** Null where it was not tried: OBS runs on another machine. */
  state: FolderState | null;
  /** GiB free there, as OBS says; null if it does not. */
  freeGib: number | null;
  /** Whether a recording or the replay buffer runs, and so is about to be lost. */
  active: boolean;
}

/** Whether a recording would work: the folder, its free space, the format. */
export function recordingCheck(
  connect: ConnectObs,
  { read, probe }: { read: ReadSettings; probe: ProbeFolder },
): Check {
  return obsCheck({
    id: "recording",
    name: "OBS: recording",
    deadlineMs: 8_000,
    async look(obs) {
      const settings = await read(obs);
      const [directory, stats, ...outputs] = await obs.batch([
        { requestType: "GetRecordDirectory" },
        { requestType: "GetStats" },
        { requestType: "GetRecordStatus" },
        { requestType: "GetReplayBufferStatus" },
      ]);
      const active = outputs.some((each) =>
        flagField(fieldsOf(each?.data), "outputActive") === true
      );
      const folder = textField(fieldsOf(directory?.data), "recordDirectory");
      const freeMib = positiveField(fieldsOf(stats?.data), "availableDiskSpace");
      const state = obs.local && folder !== null ? await tryFolder(folder, probe) : null;
      return judgeRecording(
        { folder, state, freeGib: freeMib === null ? null : freeMib / MIB_PER_GIB, active },
        settings,
      );
    },
  }, connect);
}

async function tryFolder(folder: string, probe: ProbeFolder): Promise<FolderState> {
  return await withDeadline(probe(folder), { ms: PROBE_DEADLINE_MS, what: folder })
    .catch(() => "silent" as const);
}

/** What a recording would meet: no reason not to stream unless one runs already. */
export function judgeRecording(place: RecordingPlace, settings: StreamSettings): Finding[] {
  const findings = judgePlace(place, settings);
  if (place.active) return findings;
  return findings.map((finding) =>
    finding.status === "fail" ? { ...finding, status: "warning" } : finding
  );
}

function judgePlace(place: RecordingPlace, settings: StreamSettings): Finding[] {
  const { parameters } = settings;
  const findings = [...judgeFolder(place, parameters), ...judgeFormat(parameters)];
  const isGone = findings.some(({ status }) => status === "fail");
  return isGone ? findings : [...findings, judgeSpace(place, settings)];
}

function judgeFolder({ folder, state }: RecordingPlace, parameters: Parameters): Finding[] {
  if (folder === null) return [skipped("OBS does not tell where it records to.")];
  if (state === null) {
    return [skipped("OBS runs on another machine, where its recording folder cannot be tried.")];
  }
  if (state === "writable") return [];
  const shown = cleanText(folder, 200);
  const remedy = `${recordingPath(parameters)}: choose a folder that you may write to.`;
  switch (state) {
    case "missing":
      return [fail(`The recording folder ${shown} does not exist.`, {
        remedy: `Create it or plug its drive in, or ${remedy}`,
      })];
    case "refused":
      return [fail(`OBS cannot write to its recording folder ${shown}.`, { remedy })];
    case "full":
      return [fail(`The drive of the recording folder ${shown} is full.`, {
        remedy: `Delete old recordings there, or ${remedy}`,
      })];
    case "silent":
      return [fail(`The drive of the recording folder ${shown} does not answer.`, {
        remedy: `Check the drive or network share, or ${remedy}`,
      })];
  }
}

function judgeFormat(parameters: Parameters): Finding[] {
  const format = isAdvanced(parameters)
    ? parameters.get("AdvOut/RecFormat2") ?? parameters.get("AdvOut/RecFormat")
    : parameters.get("SimpleOutput/RecFormat2") ?? parameters.get("SimpleOutput/RecFormat");
  const isCustom = isAdvanced(parameters) && parameters.get("AdvOut/RecType") === "FFmpeg";
  if (isCustom || format !== "mp4" && format !== "mov") return [];
  return [warning(`The recording format is plain ${format}: a crash loses the whole recording.`, {
    expected: `mkv, or hybrid or fragmented ${format}`,
    remedy: "Settings > Output > Recording > Recording Format: Matroska Video (.mkv).",
  })];
}

function judgeSpace({ freeGib }: RecordingPlace, settings: StreamSettings): Finding {
  if (freeGib === null) return skipped("OBS does not tell how much space is left for recordings.");
  const kbps = recordingKbps(settings);
  const hours = kbps === null ? null : hoursLeft(freeGib, kbps);
  const lasts = hours === null || kbps === null
    ? ""
    : `: ${rounded(hours, hours < 10 ? 1 : 0)} h at ${rounded(kbps, 0)} kbit/s`;
  const seen = `${rounded(freeGib, 1)} GiB are free where OBS records${lasts}.`;
  const remedy = `Delete old recordings, or ${recordingPath(settings.parameters)}: ` +
    "a drive with more space.";
  if (freeGib < NONE_GIB) return fail(seen, { expected: `${LITTLE_GIB} GiB or more`, remedy });
  if (freeGib < LITTLE_GIB) {
    return warning(seen, { expected: `${LITTLE_GIB} GiB or more`, remedy });
  }
  if (hours !== null && hours < EVENING_HOURS) {
    return warning(seen, { expected: `${EVENING_HOURS} h or more`, remedy });
  }
  return pass(seen);
}

/** The bitrate of a recording that takes the stream's own encoding; null for any other. */
export function recordingKbps(settings: StreamSettings): number | null {
  const { parameters, encoder, audioKbps } = settings;
  const sharesStream = isAdvanced(parameters)
    ? parameters.get("AdvOut/RecType") !== "FFmpeg" &&
      (parameters.get("AdvOut/RecEncoder") ?? "none").toLowerCase() === "none"
    : parameters.get("SimpleOutput/RecQuality") === "Stream";
  if (!sharesStream || "unknown" in encoder) return null;
  if (encoder.videoKbps === null || !hasBitrate(encoder.rateControl)) return null;
  return encoder.videoKbps + (audioKbps ?? 0);
}

function hoursLeft(freeGib: number, kbps: number): number | null {
  return kbps > 0 ? freeGib * 1024 ** 3 * 8 / (kbps * 1000) / SECONDS_PER_HOUR : null;
}

function recordingPath(parameters: Parameters): string {
  const isCustom = isAdvanced(parameters) && parameters.get("AdvOut/RecType") === "FFmpeg";
  return `Settings > Output > Recording > ${isCustom ? "File path or URL" : "Recording Path"}`;
}
