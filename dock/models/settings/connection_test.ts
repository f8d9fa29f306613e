import { type Signal, signal } from "@preact/signals";
import type { TestResult } from "../../../shared/api.ts";
import type { Api, TestName } from "../../api.ts";
import { errorText } from "../error_text.ts";

/** A button that tries a connection, and what came of it. */
export class ConnectionTest {
  readonly isBusy: Signal<boolean> = signal(false);
  readonly result: Signal<TestResult | null> = signal(null);
  readonly #run: () => Promise<TestResult>;

  constructor(api: Pick<Api, "testConnection">, name: TestName) {
    this.#run = () => api.testConnection(name);
  }

  /** Tries the connection; one try at a time. */
  async run(): Promise<void> {
    if (this.isBusy.peek()) return;
    this.isBusy.value = true;
    this.result.value = null;
    try {
      this.result.value = await this.#run();
    } catch (error) {
      this.result.value = { ok: false, message: errorText(error) };
    } finally {
      this.isBusy.value = false;
    }
  }
}
