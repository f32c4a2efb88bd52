/** Lets deeds on the same thing wait for one another, in the order in which they came. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  async take<Value>(key: string, deed: () => Promise<Value>): Promise<Value> {
    const before = this.#last.get(key);
    const turn = (async () => {
      // Whoever was before has told his own caller of his failure.
      await before?.catch(() => undefined);
      return deed();
    })();
    this.#last.set(key, turn);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === turn) this.#last.delete(key);
    }
  }
}
