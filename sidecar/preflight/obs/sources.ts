import type { Finding } from "../../../shared/preflight.ts";
import { cleanText } from "../../../shared/text.ts";
import { type Fields, fieldsOf, textField } from "../../obs/fields.ts";
import type { ObsAnswer, ObsRequest } from "../../obs/session.ts";
import { withDeadline } from "../../time/deadline.ts";
import { type Check, type CheckContext, pass, skipped, warning } from "../check.ts";
import type { ObsAccess } from "./obs_access.ts";
import { type ConnectObs, obsCheck } from "./obs_check.ts";
import { namesIn, quoted } from "./plain.ts";
import { filesOf, hasSettingsToRead, type InputRef, isMedia, readInputs } from "./source_files.ts";

/** Most files that are looked for: a slideshow may have thousands. */
const MAX_FILES = 500;

/** All files together: a network drive that is gone may keep one waiting for minutes. */
const FILES_DEADLINE_MS = 3_000;

/** Requests in one batch: OBS answers other clients between two. */
const BATCH_SIZE = 50;

/** Whether a file is there; null if that cannot be told. */
export type FileExists = (path: string) => Promise<boolean | null>;

/** A source with what OBS says of it. */
export interface SourceState {
  input: InputRef;
  /** Paths of files that it shows or plays. */
  files: readonly string[];
  /** Whether it is a browser source without an address. */
  blank: boolean;
  /** Whether OBS could not play it. */
  failed: boolean;
}

/** Files that are missing, media that failed, browser sources without an address. */
export function sourcesCheck(
  connect: ConnectObs,
  { exists }: { exists: FileExists },
): Check {
  return obsCheck({
    id: "sources",
    name: "OBS: sources",
    deadlineMs: 12_000,
    async look(obs, context) {
      const sources = await readSources(obs, context);
      if (sources === null) return [skipped("OBS does not tell its sources.")];
      const missing = obs.local ? await missingFiles(sources, exists) : null;
      return judgeSources(sources, missing);
    },
  }, connect);
}

async function readSources(
  obs: ObsAccess,
  { signal }: CheckContext,
): Promise<SourceState[] | null> {
  const [list] = await obs.batch([{ requestType: "GetInputList" }]);
  const inputs = readInputs(list);
  if (inputs === null) return null;
  const wanted = inputs.filter(hasSettingsToRead);
  const sources: SourceState[] = [];
  for (let from = 0; from < wanted.length && !signal.aborted; from += BATCH_SIZE) {
    const some = wanted.slice(from, from + BATCH_SIZE);
    const answers = await obs.batch(some.flatMap(({ name: inputName }): ObsRequest[] => [
      { requestType: "GetInputSettings", requestData: { inputName } },
      { requestType: "GetMediaInputStatus", requestData: { inputName } },
    ]));
    some.forEach((input, i) =>
      sources.push(sourceState(input, { settings: answers[2 * i], media: answers[2 * i + 1] }))
    );
  }
  return sources;
}

/** A source from the answers to `GetInputSettings` and `GetMediaInputStatus`. */
export function sourceState(
  input: InputRef,
  { settings, media }: Record<"settings" | "media", ObsAnswer | undefined>,
): SourceState {
  const fields = settings?.ok ? fieldsOf(settings.data["inputSettings"]) : {};
  const files = filesOf(input, fields);
  const isPage = input.kind === "browser_source" && fields["is_local_file"] !== true;
  const hasMedia = isMedia(input) && (files.length > 0 || textField(fields, "input") !== null);
  return {
    input,
    files,
    blank: isPage && typeof fields["url"] === "string" && fields["url"].trim() === "",
    failed: hasMedia && media?.ok === true && hasFailed(media.data),
  };
}

/**
 * Whether media cannot be played. VLC's source says so; OBS's own goes on "playing" something of
 * no length at its beginning.
 */
function hasFailed(status: Fields): boolean {
  const state = textField(status, "mediaState");
  if (state === "OBS_MEDIA_STATE_ERROR") return true;
  return state === "OBS_MEDIA_STATE_PLAYING" && status["mediaDuration"] === 0 &&
    status["mediaCursor"] === 0;
}

async function missingFiles(
  sources: readonly SourceState[],
  exists: FileExists,
): Promise<ReadonlySet<string>> {
  const missing = new Set<string>();
  const paths = [...new Set(sources.flatMap(({ files }) => files))].slice(0, MAX_FILES);
  const looking = Promise.all(paths.map(async (path) => {
    if (await exists(path) === false) missing.add(path);
  }));
  // Those that do not answer in time are not known to be missing.
  await withDeadline(looking, { ms: FILES_DEADLINE_MS, what: "a drive" }).catch(() => {});
  return new Set(missing);
}

/**
 * What the sources' states mean.
 * @param missing paths that do not exist; null where OBS runs on another machine
 */
export function judgeSources(
  sources: readonly SourceState[],
  missing: ReadonlySet<string> | null,
): Finding[] {
  const findings: Finding[] = [];
  for (const { input, files, blank, failed } of sources) {
    const gone = files.filter((path) => missing?.has(path));
    if (gone.length > 0) findings.push(missingFinding(input, gone));
    else if (failed) {
      findings.push(warning(`${quoted(input.name)} cannot be played.`, {
        remedy: `Sources > ${
          quoted(input.name)
        } > Properties: choose a file or address that plays.`,
      }));
    }
    if (blank) {
      findings.push(warning(`The browser source ${quoted(input.name)} has no address.`, {
        remedy: `Sources > ${quoted(input.name)} > Properties > URL.`,
      }));
    }
  }
  if (missing === null) {
    findings.push(skipped("OBS runs on another machine, where its files cannot be looked for."));
  }
  return findings.length > 0 ? findings : [pass("All files of the sources are there.")];
}

function missingFinding(input: InputRef, gone: readonly string[]): Finding {
  const paths = namesIn(gone.map((path) => cleanText(path, 200)));
  const what = gone.length === 1 ? "A file" : `${gone.length} files`;
  return warning(
    `${what} of ${quoted(input.name)} ${gone.length === 1 ? "is" : "are"} missing: ` +
      `${paths}.`,
    {
      remedy: `File > Check for Missing Files, or Sources > ${quoted(input.name)} > Properties: ` +
        "choose the file anew.",
    },
  );
}
