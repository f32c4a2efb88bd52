import type { Component } from "../model/component.ts";
import type { Model } from "../model/model.ts";

/** One layer that tries again without a budget. */
interface Layer {
  readonly component: Component;
  /** Which of its needs. */
  readonly index: number;
  readonly need: string;
  readonly attempts: number;
}

/** The way down on which one request becomes the most. */
export interface AttemptChain {
  readonly attempts: number;
  /** The uppermost layer that tries again, and the way down from there; `null`: none does. */
  readonly top: { readonly layer: Layer; readonly below: AttemptChain } | null;
}

const nothing: AttemptChain = { attempts: 1, top: null };

/** The layers of a chain, from the top. */
export function layersOf(chain: AttemptChain): readonly Layer[] {
  const layers: Layer[] = [];
  for (let { top } = chain; top !== null; top = top.below.top) layers.push(top.layer);
  return layers;
}

/**
 * Of every component, the chain of needs below it on which one request becomes the most: the product of tries that no budget
 * bounds. Where needs run in a circle, the edge that closes it is left out.
 */
export function attemptChains(model: Model): ReadonlyMap<string, AttemptChain> {
  const chains = new Map<string, AttemptChain>();
  for (const component of needsFirst(model)) {
    const below = component.needs.map(({ component: need, retries }, index): AttemptChain => {
      const chain = chains.get(need) ?? nothing;
      const attempts = retries?.budget === null ? retries.attempts : 1;
      if (attempts === 1) return chain;
      const layer = { component, index, need, attempts };
      return { attempts: attempts * chain.attempts, top: { layer, below: chain } };
    });
    const most = below.reduce((best, each) => (each.attempts > best.attempts ? each : best), nothing);
    chains.set(component.name, most);
  }
  return chains;
}

/** Components in an order in which what is needed comes first, without recursion: a chain may be as long as a workspace. */
function needsFirst({ components }: Model): readonly Component[] {
  const ordered: Component[] = [];
  const seen = new Set<string>();
  for (const start of components.values()) {
    if (seen.has(start.name)) continue;
    seen.add(start.name);
    const path = [{ component: start, next: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const need = top.component.needs[top.next];
      top.next += 1;
      if (need === undefined) {
        ordered.push(top.component);
        path.pop();
        continue;
      }
      const component = components.get(need.component);
      if (component === undefined || seen.has(component.name)) continue;
      seen.add(component.name);
      path.push({ component, next: 0 });
    }
  }
  return ordered;
}
