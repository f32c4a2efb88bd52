/** Where one direction's bytes go next: another transform, or at the end a socket. */
export interface Outlet {
  /** Takes a chunk, always. Answers whether more is welcome; after `false`, whoever writes waits for `ready`. */
  write(chunk: Buffer): boolean;
  /** No more bytes will come: a half-close. */
  end(): void;
  /** The connection broke. */
  reset(): void;
}

/** Whoever writes into an outlet, told when there is room again. */
export interface Inlet {
  ready(): void;
}

/** One step of a direction. A fault is one transform. */
export type Transform = Outlet & Inlet;

export type MakeTransform = (neighbours: { readonly before: Inlet; readonly next: Outlet }) => Transform;

export interface Chain {
  /** Where the source's bytes go in. */
  readonly head: Outlet;
  /** To be told when the sink has room again. */
  readonly tail: Inlet;
}

/** Joins a source to a sink through `transforms`, the first nearest to the source. With none, the sink is the head. */
export function chain(
  transforms: readonly MakeTransform[],
  { source, sink }: { readonly source: Inlet; readonly sink: Outlet },
): Chain {
  let before = source;
  const made: Transform[] = [];
  transforms.forEach((make, index) => {
    // The next transform does not exist yet when this one is made, so it is looked up when bytes come.
    const following = (): Outlet => made[index + 1] ?? sink;
    const next: Outlet = {
      write: (chunk) => following().write(chunk),
      end: () => {
        following().end();
      },
      reset: () => {
        following().reset();
      },
    };
    const transform = make({ before, next });
    made.push(transform);
    before = transform;
  });
  return { head: made[0] ?? sink, tail: before };
}

/** What a tap is told of one direction. */
export interface Listener {
  bytes(chunk: Buffer): void;
  /** The direction ended: by a half-close or by a reset. */
  over(how: "end" | "reset"): void;
}

/** A transform that changes nothing and tells `listener` what passes. */
export function tap(listener: Listener): MakeTransform {
  return ({ before, next }) => ({
    write: (chunk) => {
      listener.bytes(chunk);
      return next.write(chunk);
    },
    end: () => {
      listener.over("end");
      next.end();
    },
    reset: () => {
      listener.over("reset");
      next.reset();
    },
    ready: () => {
      before.ready();
    },
  });
}
