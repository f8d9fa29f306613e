/**
 * `record [NAME…]`: brings incidents about in a real OBS and keeps what it answered. Needs root, on
 * Linux; run it in a network of its own with small socket buffers, which else hide a narrow link:
 *
 * unshare -n sh -c 'ip link set lo up; sysctl -qw net.ipv4.tcp_wmem="4096 16384 65536"
 *   net.ipv4.tcp_rmem="4096 16384 65536"; deno run -P=test tests/bench/judgement/recorder/main.ts'
 */
import type { RecordingHead } from "../recording.ts";
import { writeRecording } from "../recording.ts";
import { IncidentRecorder } from "./incident_recorder.ts";
import { type Incident, INCIDENTS } from "./incidents.ts";
import { openStudio } from "./studio.ts";

const FOLDER = new URL("../../../fixtures/incidents/", import.meta.url).pathname;

/** Brings one incident about, and writes it into the folder. */
export async function record(incident: Incident, folder: string): Promise<void> {
  await using studio = await openStudio(incident.studio);
  const { obs, diskFolder } = studio;
  const { obsVersion } = await obs.client.call("GetVersion");
  const recorder = new IncidentRecorder(obs, { diskFolder });
  let causedMs: RecordingHead["causedMs"] = null;
  await recorder.start();
  await incident.run({
    ...studio,
    wait: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
    async cause(during) {
      const from = recorder.nowMs;
      await during();
      causedMs = { from, to: recorder.nowMs };
    },
    async crash(seconds) {
      recorder.lost();
      await obs.kill9();
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
      await obs.restart();
      await recorder.found();
    },
  });
  await recorder.stop();
  const { title, cause } = incident;
  await writeRecording(`${folder}${incident.name}.jsonl.gz`, {
    head: { title, cause, causedMs, obsVersion },
    lines: recorder.lines,
  });
}

if (import.meta.main) {
  const chosen = INCIDENTS.filter(({ name }) => Deno.args.length === 0 || Deno.args.includes(name));
  let failed = false;
  for (const incident of chosen) {
    console.error(`${incident.name}: ${incident.title}`);
    try {
      await record(incident, FOLDER);
    } catch (error) {
      console.error(error);
      failed = true;
    }
  }
  // An OBS that was killed leaves a client that would keep this process.
  Deno.exit(failed ? 1 : 0);
}
