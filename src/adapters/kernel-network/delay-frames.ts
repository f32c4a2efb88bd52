import { read, writeSync } from "node:fs";
import { LateFrames } from "./late-frames.ts";

/** Of a frame, with room to spare: the kernel cuts large ones up before it sends them to a wire. */
const frameBytesMax = 65_536;
/** Of all that are on their way. Beyond it they wait in the kernel, which loses what finds its own queue full, as a router does. */
const onTheirWayBytesMax = 64 * 1_024 * 1_024;
/** Where a frame of Ethernet says what it carries, and that it carries IPv4. */
const typeAt = 12;
const ipv4 = 0x0800;

export interface DelayedFrames {
  /** Passes on what is held, and lets nothing be late from now on. */
  readonly hurry: () => void;
  /** The wire is gone. */
  readonly ended: Promise<void>;
}

/**
 * Writes back to a wire what is read from it, in order, and each frame no sooner than `ms` after it was read. Only IPv4 is written back: what else
 * the kernel says on a wire of its own accord is not for others.
 *
 * A read waits in the kernel until there is a frame, and Node does not end while one does: whoever has called this ends by a signal.
 */
export function delayFrames({ wire, ms }: { readonly wire: number; readonly ms: number }): DelayedFrames {
  const frames = new LateFrames(ms);
  const buffer = Buffer.allocUnsafe(frameBytesMax);
  let timer: NodeJS.Timeout | null = null;
  let isReading = false;
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });

  const passOn = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    for (let frame = frames.next(performance.now()); frame !== null; frame = frames.next(performance.now()))
      write(wire, frame);
    waitForNext();
    readOn();
  };
  const waitForNext = (): void => {
    const { dueAt } = frames;
    if (timer === null && dueAt !== null) timer = setTimeout(passOn, dueAt - performance.now());
  };
  const readOn = (): void => {
    if (isReading || frames.bytes > onTheirWayBytesMax) return;
    isReading = true;
    read(wire, buffer, 0, buffer.length, null, (error, length) => {
      isReading = false;
      if (error !== null) {
        end();
        return;
      }
      if (length > typeAt + 1 && buffer.readUInt16BE(typeAt) === ipv4) {
        frames.take(Buffer.from(buffer.subarray(0, length)), performance.now());
        waitForNext();
      }
      readOn();
    });
  };
  readOn();
  return {
    hurry: () => {
      frames.hurry();
      passOn();
    },
    ended,
  };
}

/** What the kernel does not take is lost, as on any wire. */
function write(wire: number, frame: Buffer): void {
  try {
    writeSync(wire, frame);
  } catch {
    // Whoever sent it sends it again; a wire that is gone shows by reading.
  }
}
