import { setMaxListeners } from "node:events";
import { Socket } from "node:net";
import type { ExitStatus } from "../../src/cli/shell.ts";
import type { Problem } from "../../src/core/problem/problem.ts";
import type { PartWord } from "../part-reports.ts";
import type { LogAbout, ProcessLog } from "./process-log.ts";

/** The pipe between a part of the lab and the lab, which never writes to it. */
const parentPipe = 3;

/** The lab, as one of its parts sees it. */
export class Parent {
  /**
   * Aborted when the lab is gone, however it went, or when this process is asked to end. A lab killed at its worst moment so
   * leaves nothing running.
   */
  readonly until: AbortSignal;
  readonly #log: ProcessLog;
  readonly #pipe = new Socket({ fd: parentPipe });

  constructor(signal: AbortSignal, log: ProcessLog) {
    this.#log = log;
    const gone = new AbortController();
    const end = (): void => {
      gone.abort(new Error("the lab has ended"));
    };
    this.#pipe.on("end", end).on("close", end).on("error", end);
    this.#pipe.resume();
    this.#pipe.unref();
    signal.addEventListener("abort", () => {
      this.#pipe.destroy();
    });
    this.until = AbortSignal.any([gone.signal, signal]);
    // Every question under way listens for the end; a crowd of them is no leak.
    setMaxListeners(0, this.until);
  }

  /** Tells the lab why this part cannot go on, and its log too. @returns the status to end with */
  giveUp(problems: readonly Problem[]): ExitStatus {
    for (const { code, what, mend } of problems)
      this.#log.write("FATAL", `${what}; ${mend}`, { attributes: { "error.type": code } });
    this.#say({ kind: "gave-up", problems });
    return 1;
  }

  /** Tells the lab what this part could not do and goes on trying, and its log too. */
  triedInVain(text: string, about: LogAbout = {}): void {
    this.#log.write("ERROR", text, about);
    this.#say({ kind: "tried-in-vain", text });
  }

  #say(word: PartWord): void {
    if (this.#pipe.writable) this.#pipe.write(`${JSON.stringify(word)}\n`);
  }
}
