import type { Socket } from "node:net";
import { frameBytesMax } from "./wire.ts";

const newline = 0x0a;

export function frameOf(message: unknown): string {
  return `${JSON.stringify(message)}\n`;
}

export interface FrameListener {
  readonly frame: (message: unknown) => void;
  /** The stream makes no sense any more; the listener ends it. Nothing more is told. */
  readonly bad: (why: string) => void;
}

/** Tells `listener` of every frame that comes in on `socket`. */
export function readFrames(socket: Socket, listener: FrameListener): void {
  const reader = new FrameReader(listener);
  socket.on("data", (chunk: Buffer) => {
    reader.read(chunk);
  });
}

/** Cuts a stream of bytes into lines of JSON, wherever the network has cut it before. */
class FrameReader {
  readonly #listener: FrameListener;
  #parts: Buffer[] = [];
  #bytes = 0;
  #isGood = true;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  read(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  #keep(part: Buffer): void {
    if (!this.#isGood) return;
    this.#bytes += part.length;
    if (this.#bytes > frameBytesMax) this.#end(`a frame is larger than ${frameBytesMax} bytes`);
    else this.#parts.push(part);
  }

  #endLine(): void {
    if (!this.#isGood) return;
    const message = parsed(Buffer.concat(this.#parts).toString("utf8"));
    this.#parts = [];
    this.#bytes = 0;
    if (message === undefined) this.#end("a frame is not JSON");
    else this.#listener.frame(message);
  }

  #end(why: string): void {
    this.#isGood = false;
    this.#parts = [];
    this.#listener.bad(why);
  }
}

/** `undefined`, which JSON cannot say, for a text that is no JSON. */
function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
