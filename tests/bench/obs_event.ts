import { createRandom } from "../../sidecar/demo/random.ts";
import { withDeadline } from "../../sidecar/time/deadline.ts";
import { OBS, XVFB } from "../counterparts.ts";
import { startObs } from "../peers/obs.ts";
import { startSidecarPeer } from "../peers/sidecar.ts";
import { watchBridge } from "./bridge_watch.ts";
import { openEventStream } from "./event_stream.ts";
import { percentiles } from "./format.ts";
import type { Findings, Section, SectionTools } from "./section.ts";
import { summarise } from "./statistics.ts";

const EVENTS = 150;
const MOST_FILE_MS = 50;
const MOST_STREAM_MS = 100;
const SCENES = ["Scene", "Another scene"] as const;

/** How soon a change in OBS is in bridge.json and at the dock. */
export const obsEvent: Section = {
  name: "obs-event",
  title: "A scene change in a real OBS → bridge.json and the dock's event stream",
  needs: [OBS, XVFB],
  run: measure,
};

/** Moments on `performance.now()`. */
interface Change {
  sent: number;
  event: number;
  file: number;
  stream: number;
}

async function measure({ say }: SectionTools): Promise<Findings> {
  say("starting OBS and the sidecar");
  await using obs = await startObs();
  await obs.client.call("CreateScene", { sceneName: SCENES[1] });
  await obs.client.call("SetCurrentSceneTransition", { transitionName: "Cut" });
  await using sidecar = await startSidecarPeer({ home: obs.home });
  await sidecar.untilBridge(({ obs }) => obs.scene === SCENES[0], { what: "OBS is connected" });
  using watch = watchBridge(sidecar.dataDir);
  let onScene: (scene: string | null, atMs: number) => void = () => {};
  using _events = await openEventStream({
    port: sidecar.port,
    token: sidecar.token(),
    onTelemetry: ({ obs }, atMs) => onScene(obs.scene, atMs),
  });

  async function change(sceneName: string): Promise<Change> {
    const file = watch.next(({ obs }) => obs.scene === sceneName);
    const stream = new Promise<number>((resolve) => {
      onScene = (scene, atMs) => scene === sceneName && resolve(atMs);
    });
    const event = new Promise<number>((resolve) =>
      obs.client.once("CurrentProgramSceneChanged", () => resolve(performance.now()))
    );
    const sent = performance.now();
    await obs.client.call("SetCurrentProgramScene", { sceneName });
    const [eventAt, fileAt, streamAt] = await withDeadline(
      Promise.all([event, file, stream]),
      { ms: 10_000, what: `the sidecar about scene "${sceneName}"` },
    );
    return { sent, event: eventAt, file: fileAt, stream: streamAt };
  }

  say(`${EVENTS} changes of scene`);
  const random = createRandom(1);
  const changes: Change[] = [];
  for (let count = 1; count <= EVENTS; count++) {
    // At any phase of the sidecar's tick.
    await new Promise((resolve) => setTimeout(resolve, 100 + random.next() * 500));
    changes.push(await change(SCENES[count % 2] ?? SCENES[0]));
  }
  return report(changes);
}

function report(changes: readonly Change[]): Findings {
  const summary = (from: keyof Change, to: keyof Change) =>
    summarise(changes.map((change) => change[to] - change[from]));
  const own = `request sent → event at a second client: ${percentiles(summary("sent", "event"))}`;
  const row = (what: string, [from, to, most]: [keyof Change, keyof Change, number]) => {
    const measured = summary(from, to);
    return {
      what,
      promise: `p99 ≤ ${most} ms`,
      kept: measured.p99 <= most,
      measured: percentiles(measured),
      baseline: own,
      runs: String(measured.count),
    };
  };
  return {
    rows: [
      row("request sent to OBS → in bridge.json", ["sent", "file", MOST_FILE_MS]),
      row("event at a second client → in bridge.json", ["event", "file", MOST_FILE_MS]),
      row("request sent to OBS → at an event stream's client", ["sent", "stream", MOST_STREAM_MS]),
      row("event at a second client → at an event stream's client", [
        "event",
        "stream",
        MOST_STREAM_MS,
      ]),
    ],
    notes: [
      "The file is watched through inotify, which adds about 1 ms. Changes come at random moments " +
      "of the sidecar's tick.",
    ],
  };
}
