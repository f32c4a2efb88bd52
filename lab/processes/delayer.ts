import { Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { delayFrames } from "../../src/adapters/kernel-network/delay-frames.ts";
import { wireDescriptor } from "../../src/adapters/kernel-network/detours.ts";
import { delayerWords } from "../network/delayer.ts";

const labPipe = 3;
/** For as long it passes on, without delay, what the kernel still has for it. */
const lastMs = 50;

/** Lets the packets of a wire come late, until its lab has let it go or is gone, or the wire is. @param delay in ms */
export async function runDelayerProcess(delay: string, signal: AbortSignal): Promise<never> {
  const pipe = new Socket({ fd: labPipe });
  const frames = delayFrames({ wire: wireDescriptor, ms: Number(delay) });
  const letGo = new Promise<void>((resolve) => {
    pipe.on("end", resolve).on("close", resolve).on("error", resolve);
    signal.addEventListener("abort", () => {
      resolve();
    });
  });
  pipe.on("data", () => {
    frames.hurry();
    pipe.write(delayerWords.hurry);
  });
  pipe.write(delayerWords.isReady);
  await Promise.race([letGo, frames.ended]);
  frames.hurry();
  await pause(lastMs);
  // Node waits for a read that waits for a packet.
  process.kill(process.pid, "SIGKILL");
  return new Promise<never>(() => undefined);
}
