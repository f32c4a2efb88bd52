import type { BasicEvent, Gate, Literal } from "../fault-graph.ts";
import { ratio } from "../../units/units.ts";
import type { Subject } from "./subject.ts";
import { nodeOf } from "./wiring.ts";

/**
 * The same subject with one more event for each maintenance window, in their order behind the others: whoever read a maintained event
 * now reads "failed or out of service".
 */
export function withMaintenance(subject: Subject): Subject {
  const { graph, outputs, conditions } = subject;
  const windows = conditions.maintenance;
  if (windows.length === 0) return subject;
  const before = graph.events.length;
  const events = [
    ...graph.events,
    ...windows.map(({ event }) => windowEvent(graph.events[event]?.name ?? "")),
  ];
  const maintained = [...new Set(windows.map(({ event }) => event))];
  const firstNewGate = events.length + graph.gates.length;
  const moved = (literal: Literal): Literal => {
    const node = nodeOf(literal);
    const gate = maintained.indexOf(node);
    const now = gate >= 0 ? firstNewGate + gate : node < before ? node : node + windows.length;
    return literal < 0 ? ~now : now;
  };
  const gates: readonly Gate[] = [
    ...graph.gates.map((gate) => ({ ...gate, inputs: gate.inputs.map(moved) })),
    ...maintained.map((event) => ({
      name: `${graph.events[event]?.name ?? ""} failed or out of service`,
      kind: "or" as const,
      inputs: [event, ...windows.flatMap((each, at) => (each.event === event ? [before + at] : []))],
    })),
  ];
  return {
    ...subject,
    graph: { events, gates },
    outputs: outputs.map((output) => ({ ...output, node: moved(output.node) })),
  };
}

/** Its times are those of the calendar; the law only says that it is no failure. */
function windowEvent(name: string): BasicEvent {
  return { name: `maintenance of ${name}`, law: { kind: "constant", unavailability: ratio(0) } };
}
