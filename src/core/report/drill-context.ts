import type { Seconds } from "../units/units.ts";

/** What a drill's report must say and its arithmetic does not know. */
export interface DrillContext {
  /** What an executive would ask: `Would we survive losing region east?` */
  readonly question: string;
  /** What was done, to follow "the drill:": `every process of region east was killed at once`. */
  readonly fault: string;
  /** Who serves now; `null`: nobody took over. */
  readonly successor: string | null;
  /** Where the objectives are declared: `journey chat, scope region`. */
  readonly objectiveSource: string;
  /** Further moments of the drill, counted from the fault: `east thawed`. */
  readonly moments: readonly { readonly name: string; readonly after: Seconds }[];
  readonly evidence: {
    readonly head: string;
    /** What anyone can type to check the evidence offline. */
    readonly verifyCommand: string;
  };
  /** The machine and the versions, in the order to be shown. */
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  /** What the served model is: `demo model, synthetic text`. */
  readonly modelLabel: string;
}
