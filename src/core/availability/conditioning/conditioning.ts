import { type FailureScope, failureScopes } from "../../model/model.ts";
import { invariant } from "../../problem/problem.ts";
import type { Literal } from "../fault-graph.ts";
import type { PlatformEvent, PlatformFaults } from "../graph-builder.ts";
import type { AndGraph, Edge } from "../preprocess/and-graph.ts";
import { modulesOf } from "../preprocess/modules.ts";
import { formulasOf } from "../preprocess/read-graph.ts";
import { Refinement } from "./refinement.ts";
import { Room } from "./room.ts";
import { type SharedEvents, sharedEvents, SharedParts } from "./shared-parts.ts";
import { Spaces } from "./space.ts";
import { Cut } from "./steps.ts";

/** Where a top stands in the graph, and how that is cut for it. */
export interface Question {
  readonly edge: Edge;
  readonly cut: Cut;
}

/**
 * A platform's faults, cut at what is shared: regions with their zones, and fates. While it is given which of those have come to
 * pass, nearly all that is left falls apart into modules of a gate or two, so that each is worked out once for every state of what
 * it stands on, for all who read it (cutset conditioning, Pearl 1986). What only one gate still needs to tell is averaged there.
 * Exact, and of cost Σ states × inputs, where a diagram tells the states of a region apart anew for each place in it.
 */
export class Conditioning {
  readonly events: readonly PlatformEvent[];
  readonly graph: AndGraph;
  readonly parts = new SharedParts();
  readonly room: Room;
  readonly shared: SharedEvents;
  readonly #questions: ReadonlyMap<Literal, Question>;
  readonly #widest: Uint8Array;

  /**
   * @param tops those that will be asked for, in groups: each is cut by itself, since what is a module for some may be none for others
   * @param stepsMax work allowed for the diagram of one module
   */
  constructor({ events, gates }: PlatformFaults, tops: readonly (readonly Literal[])[], stepsMax: number) {
    this.events = events;
    this.shared = sharedEvents(events);
    this.room = new Room(new Spaces(new Refinement(this.parts, this.shared.wholes)));
    const { graph, edges } = formulasOf({ events, gates }, tops.flat());
    this.graph = graph;
    const isGiven = this.#givenIn(graph);
    this.#widest = this.#widestIn(graph);
    const edgeOf = new Map(tops.flat().map((top, at) => [top, edges[at] as Edge]));
    const questions = tops.flatMap((group) => {
      const asked = group.map((top) => edgeOf.get(top) as Edge);
      const isModule = modulesOf({ graph, tops: asked, isGiven });
      const isRuledOut = (event: number): boolean => events[event]?.subject.kind === "design";
      const cut = new Cut({ graph, isGiven, isModule, isRuledOut }, stepsMax);
      return group.map((top, at): [Literal, Question] => [top, { edge: asked[at] as Edge, cut }]);
    });
    this.#questions = new Map(questions);
  }

  /** Whether nothing that a node reads is of a wider scope, but what is shared. */
  isWithin(node: number, scope: FailureScope): boolean {
    return (this.#widest[node] as number) <= failureScopes.indexOf(scope);
  }

  questionOf(top: Literal): Question {
    const question = this.#questions.get(top);
    invariant(question !== undefined, "a top is named before it is asked for");
    return question;
  }

  /** By node: the scope of the widest event below it that is not shared. */
  #widestIn(graph: AndGraph): Uint8Array {
    const widest = new Uint8Array(graph.size);
    for (let node = 1; node < graph.size; node += 1) {
      if (graph.kindOf(node) !== "variable") {
        for (const edge of graph.inputsOf(node))
          widest[node] = Math.max(widest[node] as number, widest[edge >> 1] as number);
        continue;
      }
      const event = graph.variableOf(node);
      if (!isSharedEvent(this.shared, event))
        widest[node] = failureScopes.indexOf((this.events[event] as PlatformEvent).scope);
    }
    return widest;
  }

  /** By node: shared events, and what reads nothing else (1). */
  #givenIn(graph: AndGraph): Uint8Array {
    const isGiven = new Uint8Array(graph.size);
    for (let node = 0; node < graph.size; node += 1) {
      const isShared =
        graph.kindOf(node) === "variable"
          ? isSharedEvent(this.shared, graph.variableOf(node))
          : graph.inputsOf(node).every((edge) => isGiven[edge >> 1] === 1);
      if (isShared) isGiven[node] = 1;
    }
    return isGiven;
  }
}

function isSharedEvent({ wholes, zones }: SharedEvents, event: number): boolean {
  return wholes.has(event) || zones.has(event);
}
