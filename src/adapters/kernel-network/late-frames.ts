interface OnItsWay {
  readonly frame: Buffer;
  readonly dueAt: number;
}

/** How many that have left may take up room. */
const leftMax = 1_024;

/** Frames that are on their way for a while. They leave in the order in which they came, each `lateMs` after it came. Instants are in ms, of any one clock. */
export class LateFrames {
  #lateMs: number;
  #frames: OnItsWay[] = [];
  /** Those before it have left. */
  #first = 0;
  #bytes = 0;

  constructor(lateMs: number) {
    this.#lateMs = lateMs;
  }

  take(frame: Buffer, now: number): void {
    this.#frames.push({ frame, dueAt: now + this.#lateMs });
    this.#bytes += frame.length;
  }

  /** The next one whose time has come, which leaves; `null`: there is none. */
  next(now: number): Buffer | null {
    const first = this.#frames[this.#first];
    if (first === undefined || first.dueAt > now) return null;
    this.#first += 1;
    this.#bytes -= first.frame.length;
    if (this.#first > leftMax) {
      this.#frames = this.#frames.slice(this.#first);
      this.#first = 0;
    }
    return first.frame;
  }

  /** When the next one is to leave; `null`: none is on its way. */
  get dueAt(): number | null {
    return this.#frames[this.#first]?.dueAt ?? null;
  }

  /** Of all that are on their way. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Nothing is late any more, and what is on its way is due. */
  hurry(): void {
    this.#lateMs = 0;
    this.#frames = this.#frames.slice(this.#first).map(({ frame }) => ({ frame, dueAt: -Infinity }));
    this.#first = 0;
  }
}
