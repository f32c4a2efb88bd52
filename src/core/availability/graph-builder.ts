import type { Placement } from "../model/component.ts";
import type { FailureScope } from "../model/model.ts";
import type { BasicEvent, FaultGraph, Gate, Literal } from "./fault-graph.ts";
import type { Law, LongRun } from "./law.ts";

/** A basic event of a platform: what it is in words, and how widely it strikes. */
export interface PlatformEvent extends BasicEvent {
  readonly scope: FailureScope;
  /** 95th percentile of its true rate over the median. */
  readonly errorFactor: number;
  /** Whose figures it has, for those who ask where they come from. */
  readonly subject: EventSubject;
  /** What it comes to for each set of zones that are down; `law` is that while none is. Left out: the same whatever is down. */
  readonly byZones?: RunsByZones;
}

/** What something comes to for each set of zones that are down. */
export interface RunsByZones {
  /** Events, the lowest bit of the set first. */
  readonly zones: readonly number[];
  /** By set. */
  readonly runs: readonly LongRun[];
}

/**
 * Whether each thing that takes replicas of a place is an event of its own, or all of them are one for each set of zones that are down
 * (`byZones`): far smaller, and enough to ask how likely and how often, but not why.
 */
export type Causes = "told-apart" | "added-up";

/** A fault graph of which it is known what fails in each event. */
export interface PlatformFaults extends FaultGraph {
  readonly events: readonly PlatformEvent[];
}

/** What fails in an event. */
export type EventSubject =
  | { readonly kind: "region"; readonly region: string }
  | { readonly kind: "zone"; readonly region: string; readonly zone: string }
  | { readonly kind: "fate"; readonly fate: string }
  | { readonly kind: "replicas"; readonly component: string; readonly placement: Placement }
  /** Nothing is broken any more, and nothing serves yet. `target`: the place that takes over; `null`: others serve already. */
  | { readonly kind: "switch-over"; readonly component: string; readonly target: Placement | null }
  /** Nothing fails: one of several ways to build a component is not the one. */
  | { readonly kind: "design"; readonly component: string };

/**
 * A fault graph in the making. Events are numbered as they come; gates are known by a number of their own until all events are there,
 * since a literal counts gates from the number of events on.
 */
export class GraphBuilder {
  readonly causes: Causes;
  readonly events: PlatformEvent[] = [];
  readonly #gates: {
    readonly name: string;
    readonly kind: "and" | "or" | "at-least";
    readonly least: number;
    readonly inputs: readonly Node[];
  }[] = [];
  readonly #eventsByName = new Map<string, Node[]>();
  readonly #nodesOf = new Map<object, Map<string, Node>>();

  constructor(causes: Causes = "told-apart") {
    this.causes = causes;
  }

  /** The event of a name and a law; what is asked for twice is one thing. */
  event(name: string, of: Omit<PlatformEvent, "name">): Node {
    const namesakes = this.#eventsByName.get(name) ?? [];
    const known = namesakes.find(({ index }) => isAlike(this.events[index] as PlatformEvent, of));
    if (known !== undefined) return known;
    const node: Node = { kind: "event", index: this.events.length, isNegated: false };
    this.events.push({ name, ...of });
    this.#eventsByName.set(name, [...namesakes, node]);
    return node;
  }

  /** What fails of something declared, made when it is first asked for. @param what of it */
  once(declared: object, what: string, make: () => Node): Node {
    const nodes = this.#nodesOf.get(declared) ?? new Map<string, Node>();
    this.#nodesOf.set(declared, nodes);
    const node = nodes.get(what) ?? make();
    nodes.set(what, node);
    return node;
  }

  or(name: string, inputs: readonly Node[]): Node {
    return this.#gate(name, { kind: "or", least: 1, inputs });
  }

  and(name: string, inputs: readonly Node[]): Node {
    return this.#gate(name, { kind: "and", least: inputs.length, inputs });
  }

  atLeast(name: string, least: number, inputs: readonly Node[]): Node {
    if (least === 1) return this.or(name, inputs);
    if (least === inputs.length) return this.and(name, inputs);
    return this.#gate(name, { kind: "at-least", least, inputs });
  }

  literal({ kind, index, isNegated }: Node): Literal {
    const node = kind === "event" ? index : this.events.length + index;
    return isNegated ? ~node : node;
  }

  gates(): readonly Gate[] {
    return this.#gates.map(({ name, kind, least, inputs }): Gate => {
      const literals = inputs.map((input) => this.literal(input));
      return kind === "at-least" ? { name, kind, least, inputs: literals } : { name, kind, inputs: literals };
    });
  }

  #gate(
    name: string,
    gate: {
      readonly kind: "and" | "or" | "at-least";
      readonly least: number;
      readonly inputs: readonly Node[];
    },
  ): Node {
    const [only, ...others] = gate.inputs;
    if (only !== undefined && others.length === 0) return only;
    this.#gates.push({ name, ...gate });
    return { kind: "gate", index: this.#gates.length - 1, isNegated: false };
  }
}

function isAlike(one: Omit<PlatformEvent, "name">, other: Omit<PlatformEvent, "name">): boolean {
  return isSame(one.law, other.law) && isSame(one.byZones, other.byZones);
}

function isSame<Value extends Law | RunsByZones | undefined>(one: Value, other: Value): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

export interface Node {
  readonly kind: "event" | "gate";
  readonly index: number;
  readonly isNegated: boolean;
}

export function negated(node: Node): Node {
  return { ...node, isNegated: !node.isNegated };
}
