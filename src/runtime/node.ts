/** A state machine that decides: `stepController` and `stepAgent` are of this shape. */
export type Step<State, Event, Effect, Reading> = (
  state: State,
  event: Event,
  clock: Reading,
) => { readonly state: State; readonly effects: readonly Effect[] };

export interface NodeParts<State, Event, Effect, Reading> {
  readonly step: Step<State, Event, Effect, Reading>;
  readonly initial: State;
  readonly readClock: () => Reading;
  /** Carries out one effect and feeds what comes of it to `deliver`, at once or later, once or never. */
  readonly perform: (effect: Effect, deliver: (event: Event) => void) => void;
}

/**
 * Feeds events to a step one at a time and hands its effects, in order, to whoever carries them out. An event that arrives
 * while another is being handled waits for its turn, so a step never sees itself half done.
 */
export class Node<State, Event, Effect, Reading> {
  readonly #parts: NodeParts<State, Event, Effect, Reading>;
  readonly #waiting: Event[] = [];
  #state: State;
  #isRunning = false;

  constructor(parts: NodeParts<State, Event, Effect, Reading>) {
    this.#parts = parts;
    this.#state = parts.initial;
  }

  get state(): State {
    return this.#state;
  }

  readonly deliver = (event: Event): void => {
    this.#waiting.push(event);
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
        this.#handle(next);
    } finally {
      this.#isRunning = false;
    }
  };

  #handle(event: Event): void {
    const { step, perform, readClock } = this.#parts;
    const { state, effects } = step(this.#state, event, readClock());
    this.#state = state;
    for (const effect of effects) perform(effect, this.deliver);
  }
}
