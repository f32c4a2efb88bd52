import type { Component } from "../model/component.ts";
import { ratio, type Seconds } from "../units/units.ts";
import type { GraphBuilder, Node } from "./graph-builder.ts";

/** A component as it might be built, and how long it then takes to switch over. */
export interface Design {
  readonly component: Component;
  readonly switchover: Seconds;
}

/** Of some components, by name, every design that it might have. */
export type Designs = ReadonlyMap<string, readonly Design[]>;

/** The event that a design is ruled out; whoever asks sets its chance, to 0 or 1. */
export function ruledOutName(component: string, design: number): string {
  return `${component} is not built by design ${design}`;
}

/**
 * Fails when each design either is ruled out or fails. With one left it is that design's failure; with several left it fails in no
 * state in which any of them would work, so its chance is at most that of the best: a bound for a choice that is still open.
 */
export function designNode(
  builder: GraphBuilder,
  designs: readonly Design[],
  failureOf: (design: Design) => Node,
): Node {
  const law = { kind: "constant", unavailability: ratio(0.5) } as const;
  const nodes = designs.map((design, at) => {
    const { name } = design.component;
    const subject = { kind: "design", component: name } as const;
    const out = builder.event(ruledOutName(name, at), { law, scope: "dependency", errorFactor: 1, subject });
    return builder.or(`${name} by design ${at}`, [out, failureOf(design)]);
  });
  return builder.and(`${designs[0]?.component.name ?? ""} by whichever design is left`, nodes);
}
