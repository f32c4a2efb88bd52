/**
 * One thing that is done to the world, in the words of a story: plain data, which a seed draws, a story tells and a search for the
 * smallest failing schedule leaves out.
 *
 * | act | ended by | |
 * | --- | --- | --- |
 * | `kill R`, `power-off R` | `restore R` | its processes are gone and their ports refuse; nothing answers there |
 * | `freeze R` | `thaw R` | its machine stops and goes on, its clock runs on |
 * | `cut A > B`, `cut A <> B` | `mend A > B` | messages from A to B are lost; in both directions |
 * | `flap A > B 300 200` | `still A > B` | cut for 300 ms and mended for 200 ms, again and again |
 * | `lose-probes R` | `find-probes R` | no probe of R comes to an answer, whoever sends it; R itself is well |
 * | `mislead R dead` | `correct R` | the controller in R is told by each of its probes that what it probes is `dead`, or `alive` |
 * | `set-clock R 3600000` | `set-clock R -3600000` | its wall clock is set, by so many ms |
 * | `fill R`, `fill store` | `clear R` | its disk is full: nothing more is written to it |
 * | `lag-watch R late` | `resume-watch R` | it hears of no change in the store until then: of each, `late`, or `compacted` of what is there |
 * | `begin-run R`, `begin-run R despite GATE` | | somebody in R begins a run of the plan, where nothing, or nothing else, holds it back |
 * | `resume-run R` | | somebody in R takes over the run that is not over, and carries it out |
 * | `resume-run R ungraceful` | | the same, also of one that has stopped, and takes the region that serves for lost |
 * | `approve NAME`, `order-run go-back` | | a person says yes to a step that asks for it, or orders `stop`, `go-on` or `go-back` |
 * | `close-gate GATE` | `open-gate GATE` | a gate of the plan is closed, `canary` or `backups`; the blocked window is `freeze` |
 * | `break STEP` | `repair STEP` | what a step changes does not obey |
 * | `ambush leading MOMENT`, `ambush carrying MOMENT` | `lift leading MOMENT` | as soon as whoever leads, or carries the run out, is in the midst of that, it dies (`leader-moment.ts`, `plan-run/carrier-moment.ts`) |
 * | `prove` | | drills of the plan that controllers go by were met, in each scenario that it covers |
 * | `drill SCENARIO met` | `end-drill met` | one is under way, and comes to be `met`, `missed` or `broken-off` |
 * | `change-plan NAME` | | that plan is edited; it was `first` |
 * | `stop-evaluating` | `evaluate` | nobody keeps true whether controllers may act by themselves |
 * | `heal` | | every way is open again |
 * | `order switchover R`, `order failover R`, `order abort` | | a person asks the leading controller |
 * | `look` | | who serves, how each member stands, and what clients have |
 * | `settle` | | every fault is mended, and the world comes to rest, or breaks a promise |
 *
 * R may be `leader` or `active`; A and B are places with commas between them, also `hub` (clients and edge), `store`, `all`, or one of
 * them `others`: all that do not stand on the other side.
 */
export type Act = string;

/** What somebody does at one time and, where it lasts, undoes at another. Times are milliseconds from the beginning. */
export interface Fault {
  readonly at: number;
  /** `null`: it does not last, or is never undone. */
  readonly until: number | null;
  readonly act: Act;
}

const undoings = new Map<string, (words: readonly string[]) => Act>([
  ["kill", ([region = ""]) => `restore ${region}`],
  ["power-off", ([region = ""]) => `restore ${region}`],
  ["freeze", ([region = ""]) => `thaw ${region}`],
  ["cut", (words) => `mend ${words.join(" ")}`],
  ["lose-probes", ([region = ""]) => `find-probes ${region}`],
  ["mislead", ([region = ""]) => `correct ${region}`],
  ["set-clock", ([region = "", byMs = ""]) => `set-clock ${region} ${-Number(byMs)}`],
  ["fill", ([place = ""]) => `clear ${place}`],
  ["close-gate", ([gate = ""]) => `open-gate ${gate}`],
  ["break", (words) => `repair ${words.join(" ")}`],
  ["ambush", (words) => `lift ${words.join(" ")}`],
  ["drill", ([, end = ""]) => `end-drill ${end}`],
  ["stop-evaluating", () => "evaluate"],
  ["lag-watch", ([region = ""]) => `resume-watch ${region}`],
  ["flap", (words) => `still ${words.slice(0, 3).join(" ")}`],
]);

/** What undoes an act; `null`: nothing does. */
export function undoingOf(act: Act): Act | null {
  const [verb = "", ...words] = act.split(" ");
  return undoings.get(verb)?.(words) ?? null;
}

/** A fault's beginning or its end. */
export interface Moment {
  readonly at: number;
  readonly fault: number;
  readonly kind: "begins" | "ends";
}

/** In the order of time; at one instant in the order of the faults. */
export function momentsOf(faults: readonly Fault[]): readonly Moment[] {
  const moments = faults.flatMap(({ at, until }, fault): readonly Moment[] => {
    const begins: Moment = { at, fault, kind: "begins" };
    return until === null ? [begins] : [begins, { at: until, fault, kind: "ends" }];
  });
  return moments.sort((one, other) => one.at - other.at);
}
