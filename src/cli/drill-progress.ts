import type { DrillResult } from "../core/drill/drill.ts";
import type { WriteAccount } from "../core/drill/loss.ts";
import { timeText } from "../core/units/shown.ts";
import type { Seconds } from "../core/units/units.ts";
import type { DrillEvent } from "../runtime/drill.ts";
import type { RunningLoad } from "../runtime/load.ts";
import { ledBy, wrapped } from "./layout.ts";
import type { Shell } from "./shell.ts";
import { shownSafely } from "./foreign-text.ts";

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const redrawMs = 100;
const heartbeatMs = 10_000;
const eraseLine = "\r\u001b[2K";

const faultWord = { lost: "lost", frozen: "frozen", partitioned: "cut off" } as const;

type StepEnd = "done" | "broken-off";

/**
 * Shows a drill while it runs. On a terminal, steps that are done stay and one live line below tells what passes now; elsewhere
 * there are plain lines, and one every ten seconds so that nobody thinks it hangs.
 */
export class DrillProgress {
  readonly #shell: Shell;
  readonly #startedAt = performance.now();
  readonly #timer: NodeJS.Timeout;
  #doing = "";
  #load: RunningLoad | null = null;
  #faultAt: number | null = null;
  #recoveredAt: number | null = null;
  #frame = 0;
  #rto: Seconds | null = null;

  constructor(shell: Shell) {
    this.#shell = shell;
    const isLive = shell.terminal.isInteractive;
    this.#timer = setInterval(
      () => {
        if (isLive) this.#redraw();
        else if (this.#doing !== "") this.#line(this.#passing());
      },
      isLive ? redrawMs : heartbeatMs,
    );
    this.#timer.unref();
  }

  /** What is going on from now on; what went on before is done. */
  step(text: string): void {
    // What an interruption broke off is not done.
    this.#finishStep(this.#shell.signal.aborted ? "broken-off" : "done");
    this.#doing = shownSafely(text);
    if (this.#shell.terminal.isInteractive) this.#redraw();
    else this.#line(text);
  }

  objective(rto: Seconds): void {
    this.#rto = rto;
  }

  readonly hear = (event: DrillEvent): void => {
    switch (event.kind) {
      case "step":
        this.step(event.text);
        break;
      case "load":
        this.#load = event.load;
        this.step("users write and chat");
        break;
      case "fault":
        this.#faultAt = performance.now();
        this.step(`region ${event.region} is ${faultWord[event.how]}`);
        break;
      case "recovered":
        this.#recoveredAt = performance.now();
        this.step(`region ${event.region} serves; a write and an inference have passed`);
        break;
    }
  };

  /** Said once, beside what goes on. */
  note(text: string): void {
    if (!this.#shell.terminal.isInteractive) {
      this.#line(text);
      return;
    }
    const told = ledBy("  ", shownSafely(text), this.#shell.terminal.columns);
    this.#shell.err(`${eraseLine}${told}\n`, "own-codes");
    this.#redraw();
  }

  /** Nothing goes on until the next step. @param how what came of the last one */
  pause(how: StepEnd): void {
    this.#load = null;
    this.#faultAt = null;
    this.#finishStep(how);
  }

  /** Nothing goes on any more. */
  end(how: StepEnd): void {
    clearInterval(this.#timer);
    this.#finishStep(how);
  }

  #finishStep(how: StepEnd): void {
    const doing = this.#doing;
    this.#doing = "";
    if (!this.#shell.terminal.isInteractive || doing === "") return;
    const mark = how === "done" ? this.#color("32", "✓") : this.#color("31", "✗");
    const text = wrapped(doing, { columns: this.#shell.terminal.columns, indent: 2 }).trimStart();
    this.#shell.err(`${eraseLine}${mark} ${text}\n`, "own-codes");
  }

  #redraw(): void {
    if (this.#doing === "") return;
    this.#frame = (this.#frame + 1) % frames.length;
    const room = this.#shell.terminal.columns - 1;
    const text = `${frames[this.#frame] ?? ""} ${this.#doing}`.slice(0, room);
    // Figures that would be cut in the middle are worse than none.
    const passing = this.#passing() === "" ? "" : `  ${this.#passing()}`;
    const shown = text.length + passing.length > room ? "" : this.#color("2", passing);
    this.#shell.err(`${eraseLine}${text}${shown}`, "own-codes");
  }

  #passing(): string {
    const parts: string[] = [];
    if (this.#faultAt !== null && this.#recoveredAt === null) {
      const since = (performance.now() - this.#faultAt) / 1_000;
      const budget = this.#rto === null ? "" : ` of ${this.#rto} s`;
      parts.push(`${since.toFixed(1)} s${budget} since the fault`);
    }
    if (this.#load !== null) {
      const acknowledged = this.#load.writes.filter(({ outcome }) => outcome.kind === "acknowledged").length;
      parts.push(`${acknowledged} writes, ${this.#load.completions.length} completions`);
    }
    return parts.join(" · ");
  }

  #line(text: string): void {
    const elapsed = ((performance.now() - this.#startedAt) / 1_000).toFixed(1);
    const lead = `${elapsed.padStart(6)} s  `;
    if (text !== "") this.#shell.err(`${ledBy(lead, text, this.#shell.terminal.columns)}\n`);
  }

  #color(code: string, text: string): string {
    return this.#shell.terminal.hasColor ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

/** What came of it, in lines that fit a terminal: the outage, its phases against the objective, what was lost. */
export function outcomeText(result: DrillResult, columns: number): string {
  const { objectives, writes, completions, outageTime } = result;
  const met = result.verdict === "met" ? "objectives met" : "objectives missed";
  const outage =
    outageTime.value === null ? "service did not return" : `${timeText(outageTime.value)} without a write`;
  const longest = Math.max(...result.phases.map(({ duration }) => duration ?? 0), 0.001);
  const rows = result.phases.map(({ name, duration }) => {
    const bar = "█".repeat(duration === null ? 0 : Math.max(1, Math.round((duration / longest) * 40)));
    return `  ${name.padEnd(9)}${(duration === null ? "–" : timeText(duration)).padStart(9)}  ${bar}`;
  });
  const told = [
    `objective: back within ${timeText(objectives.rto)}, at most ${timeText(objectives.rpo)} of data lost`,
    `completions: ${completions.started} started, ${completions.failed} failed`,
    ...auditTexts(writes),
    ...result.judgements.filter(({ isMet }) => !isMet).map(({ because }) => `missed: ${because}`),
  ];
  return [
    wrapped(`${met}: ${outage}, ${lossText(writes)}`, { columns, indent: 0 }),
    "",
    ...rows,
    "",
    ...told.map((each) => wrapped(each, { columns, indent: 2 })),
    "",
  ].join("\n");
}

function lossText({ acknowledged, loss }: WriteAccount): string {
  return loss.kind === "audited"
    ? `${loss.lostIds.length} of ${acknowledged} acknowledged writes lost`
    : "what was lost is not known";
}

/** What a reader must know of the number of lost writes. */
function auditTexts({ acknowledged, loss }: WriteAccount): readonly string[] {
  if (loss.kind === "unaudited")
    return [`writes: ${acknowledged} acknowledged, none could be looked up:`, loss.because];
  return loss.regions === "agreed"
    ? []
    : ["the surviving regions had not agreed when the writes were counted"];
}
