import { CannotRunError } from "../cannot_run_error.ts";

/** A file of OBS's that setup cannot read or does not understand, and so leaves alone. */
export class UnreadableFileError extends CannotRunError {
  override name = "UnreadableFileError";
}

/** Says which file, and what is wrong with it. */
export function unreadable(
  path: string,
  problem: string,
  options?: ErrorOptions,
): UnreadableFileError {
  return new UnreadableFileError(
    `${path} is left alone: ${problem}. Mend it, or let OBS write it anew by starting and closing ` +
      "OBS, then run this again.",
    options,
  );
}
