import type { Part, Tree } from "./tree.ts";

/** An alias, and where the anchor stands that it stands for. */
interface Bound {
  readonly name: string;
  readonly anchorAt: number | null;
}

type Bindings = ReadonlyMap<number, Bound>;

/** The first alias that in the new order of the parts stands for something else, or for nothing. */
export function movedAlias(before: Tree, after: Tree): { readonly name: string; readonly at: number } | null {
  const old = bindingsIn(before);
  for (const [at, { name, anchorAt }] of bindingsIn(after)) {
    if (old.get(at)?.anchorAt !== anchorAt) return { name, at };
  }
  return null;
}

function bindingsIn(tree: Tree): Bindings {
  const anchors = new Map<string, number>();
  const found = new Map<number, Bound>();
  const take = (value: Tree): void => {
    if (value.lead.anchor !== null) anchors.set(value.lead.anchor, value.at);
    if (value.kind === "scalar" && value.alias !== null)
      found.set(value.at, { name: value.alias, anchorAt: anchors.get(value.alias) ?? null });
    if (value.kind === "map" || value.kind === "list") for (const part of value.parts) takePart(part);
  };
  const takePart = ({ key, value }: Part): void => {
    if (key !== null && key.anchor !== null) anchors.set(key.anchor, key.at);
    take(value);
  };
  take(tree);
  return found;
}
