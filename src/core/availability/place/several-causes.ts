import type { Region } from "../../model/model.ts";
import { type Ratio, ratio, seconds } from "../../units/units.ts";
import { commonCauseEvents } from "../common-cause.ts";
import type { GraphBuilder, Node } from "../graph-builder.ts";
import { type PlaceOf, placeName } from "./replica-laws.ts";
import { replicasOf, scopeOf, zoneFails } from "./strikes.ts";

/** Multiple Greek letters: every set of replicas has a cause of its own, so each replica is told apart. */
export function severalForOneCause(
  builder: GraphBuilder,
  region: Region,
  of: PlaceOf & { readonly letters: readonly Ratio[] },
): Node {
  const { component, placement, failureShare } = of;
  const { replicas, required, zones, failure } = placement;
  const name = placeName(component, placement);
  const names = Array.from({ length: replicas }, (_, at) => `${name}: replica ${at + 1}`);
  const letters = [...of.letters, ...new Array<Ratio>(replicas).fill(ratio(0))].slice(0, replicas - 1);
  const { mtbf, mttr, repair, errorFactor } = failure;
  const { events, failing } = commonCauseEvents({
    names,
    law: { kind: "alternating", mtbf: seconds(mtbf / failureShare), mttr, repair },
    sharing: { kind: "multiple-greek-letters", letters },
  });
  const subject = replicasOf(of);
  const nodes = events.map(({ name: cause, law }) =>
    builder.event(cause, { law, errorFactor, scope: scopeOf(component), subject }),
  );
  const members = failing.map((which, at) => {
    const zone = zones[at % Math.max(1, zones.length)];
    return builder.or(`${names[at] ?? name} is down`, [
      ...which.flatMap((event) => nodes[event] ?? []),
      ...(zone === undefined ? [] : [zoneFails(builder, region, zone)]),
    ]);
  });
  return builder.atLeast(`${name}: too few replicas`, replicas - required + 1, members);
}
