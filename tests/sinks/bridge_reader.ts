/**
 * A program that reads a file over and over until it has read it 20,000 times and met 1,000
 * versions of it, and prints what was wrong with them as JSON. Arguments: the file.
 */

let [reads, versions, torn, backwards] = [0, 0, 0, 0];
let last = -1;
while (reads < 20_000 || versions < 1_000) {
  const text = Deno.readTextFileSync(Deno.args[0] ?? "");
  reads++;
  try {
    const { sequence, padding } = JSON.parse(text);
    if (padding.length !== sequence % 3000) torn++;
    if (sequence < last) backwards++;
    if (sequence !== last) versions++;
    last = sequence;
  } catch {
    torn++;
  }
}
console.log(JSON.stringify({ torn, backwards }));
