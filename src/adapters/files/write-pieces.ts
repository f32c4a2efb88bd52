import type { FileHandle } from "node:fs/promises";

const bufferBytes = 1 << 20;

/**
 * Writes a text that is made piece by piece to where a file stands: pieces are made while the system takes those before them, and
 * of a text of any length two megabytes are in memory.
 *
 * @throws what the file system throws, what making a piece does, and the reason of the signal
 */
export async function writePieces(
  file: FileHandle,
  pieces: Iterable<string>,
  signal: AbortSignal,
): Promise<void> {
  let filling = Buffer.allocUnsafe(bufferBytes);
  let resting = Buffer.allocUnsafe(bufferBytes);
  let filled = 0;
  let underWay = Promise.resolve();
  const handOver = async (): Promise<void> => {
    await underWay;
    signal.throwIfAborted();
    underWay = file.writeFile(filling.subarray(0, filled));
    [filling, resting] = [resting, filling];
    filled = 0;
  };
  try {
    for (const part of partsOf(pieces)) {
      if (filled + mostBytesOf(part) > bufferBytes) await handOver();
      filled += filling.write(part, filled);
    }
    await handOver();
  } finally {
    await underWay;
  }
}

/** A unit of a text takes three bytes at most: a bound that needs no look at it. */
function mostBytesOf(text: string): number {
  return 3 * text.length;
}

/** The same text in parts that fit a buffer each. */
function* partsOf(pieces: Iterable<string>): Generator<string> {
  for (const piece of pieces) {
    if (mostBytesOf(piece) <= bufferBytes) yield piece;
    else yield* cut(piece);
  }
}

/** Characters stay whole: of a pair of units none is left behind. */
function* cut(text: string): Generator<string> {
  const most = Math.floor(bufferBytes / 3);
  let from = 0;
  while (text.length - from > most) {
    const to = isFirstOfPair(text.charCodeAt(from + most - 1)) ? from + most - 1 : from + most;
    yield text.slice(from, to);
    from = to;
  }
  yield text.slice(from);
}

function isFirstOfPair(unit: number): boolean {
  return unit >= 0xd8_00 && unit <= 0xdb_ff;
}
