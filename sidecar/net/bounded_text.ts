/**
 * The text of an answer.
 * @throws if it has more characters than `most`; the rest of it is then not read
 */
export async function boundedText(answer: Response, most: number): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const part of answer.body ?? []) {
    text += decoder.decode(part, { stream: true });
    if (text.length > most) throw new Error(`The answer is too long: more than ${most} characters`);
  }
  return text;
}
