/** One call on something that several share, in the order in which calls began and ended. */
export interface Operation<Call, Answer> {
  readonly call: Call;
  /** `null`: nobody knows whether it was done, or will be. */
  readonly answer: Answer | null;
  /** Places in one order of all beginnings and ends; an operation without an answer never ended. */
  readonly began: number;
  readonly ended: number;
}

/** How one thing behaves that does one call after the other. */
export interface SequentialModel<State, Call, Answer> {
  readonly initial: State;
  /** What it is after the call; `null` where it could not have answered so. Without an answer: what it is if the call is done. */
  readonly after: (state: State, call: Call, answer: Answer | null) => State | null;
  /** Equal for states that behave alike. */
  readonly keyOf: (state: State) => string;
}

/**
 * Whether some order of the operations, in which none comes before one that had ended when it began, is one that the model
 * could have gone through (Herlihy and Wing, 1990). The search is that of Wing and Gong, with Lowe's memory of what was tried.
 *
 * @returns `null`: there is such an order; else the operation at which all orders fail: the first to end that none of them reaches
 */
export function firstNotLinearizable<State, Call, Answer>(
  history: readonly Operation<Call, Answer>[],
  model: SequentialModel<State, Call, Answer>,
): Operation<Call, Answer> | null {
  const all = history.toSorted((a, b) => a.began - b.began);
  const isDone = new Array<boolean>(all.length).fill(false);
  const tried = new Set<string>();
  const path: { readonly at: number; readonly before: State }[] = [];
  let state = model.initial;
  let from = 0;
  let furthest: Operation<Call, Answer> | null = null;
  for (;;) {
    const pending = earliestToEnd(all, isDone);
    if (pending === null) return null;
    if (furthest === null || pending.ended > furthest.ended) furthest = pending;
    const next = nextOf(from, pending.ended);
    if (next !== null) {
      path.push({ at: next.at, before: state });
      isDone[next.at] = true;
      state = next.state;
      from = 0;
      continue;
    }
    const last = path.pop();
    if (last === undefined) return furthest;
    isDone[last.at] = false;
    state = last.before;
    from = last.at + 1;
  }

  /** The next operation that may come now: one that began before any that is pending ended. */
  function nextOf(start: number, until: number): { readonly at: number; readonly state: State } | null {
    for (let at = start; at < all.length; at += 1) {
      const operation = all[at];
      if (operation === undefined || operation.began > until) return null;
      if (isDone[at] === true) continue;
      const after = model.after(state, operation.call, operation.answer);
      if (after === null) continue;
      isDone[at] = true;
      const key = `${isDone.map((done) => (done ? 1 : 0)).join("")} ${model.keyOf(after)}`;
      isDone[at] = false;
      if (tried.has(key)) continue;
      tried.add(key);
      return { at, state: after };
    }
    return null;
  }
}

/** Of what has an answer and is not yet in order; `null`: nothing is left that must be. */
function earliestToEnd<Call, Answer>(
  all: readonly Operation<Call, Answer>[],
  isDone: readonly boolean[],
): Operation<Call, Answer> | null {
  let found: Operation<Call, Answer> | null = null;
  for (const [at, operation] of all.entries()) {
    if (isDone[at] === true || operation.answer === null) continue;
    if (found === null || operation.ended < found.ended) found = operation;
  }
  return found;
}
