/** Draws one after the other. */
export interface DrawQueue {
  /** Draws soon, once, however often it is asked to until then. */
  ask(draw: () => void): void;
  /** Does not draw after all. */
  drop(draw: () => void): void;
}

/**
 * Spreads drawing over the browser's frames: one chart a frame, so that no frame takes long. The
 * browser gives no frames to a page that is hidden, which draws nothing then.
 */
export function createDrawQueue(requestFrame: (fn: () => void) => void): DrawQueue {
  const waiting = new Set<() => void>();
  let isAsked = false;

  function askFrame(): void {
    if (isAsked || waiting.size === 0) return;
    isAsked = true;
    requestFrame(() => {
      isAsked = false;
      const [draw] = waiting;
      if (draw === undefined) return;
      waiting.delete(draw);
      askFrame();
      draw();
    });
  }

  return {
    ask(draw) {
      waiting.add(draw);
      askFrame();
    },
    drop(draw) {
      waiting.delete(draw);
    },
  };
}
