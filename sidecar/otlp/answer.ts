import { joinParts } from "../bytes/join_parts.ts";
import { isOtlpAnswer } from "./otlp_answer.ts";

/** As much of an answer as is read: a partial success may name many a figure. */
const MOST_BYTES = 256 * 1024;

/** What is looked at of a backend's answer. */
export interface AnswerBody {
  /** Its first 256 KiB at most. */
  bytes: Uint8Array;
  /** Whether it is a web page, by its type or its first words. */
  isHtml: boolean;
  /** Whether it is what a backend says that took figures. */
  isOtlp: boolean;
}

/** Reads the beginning of an answer and ends it. */
export async function readAnswer({ headers, body }: Response): Promise<AnswerBody> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  try {
    while (reader !== undefined && length < MOST_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      const part = value.subarray(0, MOST_BYTES - length);
      parts.push(part);
      length += part.length;
    }
  } finally {
    await reader?.cancel().catch(() => {});
  }
  const bytes = joinParts(parts);
  const type = headers.get("content-type");
  const isHtml = /^text\/html/i.test(type ?? "") ||
    /^\s*<(?:!doctype html|html)/i.test(new TextDecoder().decode(bytes));
  return { bytes, isHtml, isOtlp: isOtlpAnswer(bytes, type) };
}
