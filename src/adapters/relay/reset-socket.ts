import type { Socket } from "node:net";

/** Breaks a connection so that the other side is told at once, and not by a polite goodbye unless that is already on its way. */
export function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  // A socket that still connects has nobody to be told.
  if (socket.connecting || saysGoodbye(socket)) socket.destroy();
  else socket.resetAndDestroy();
}

/** Until its shutdown is done the kernel's reset is refused, and Node then closes the socket never: it stays open for good. */
function saysGoodbye({ writableEnded, writableFinished, writableLength }: Socket): boolean {
  return writableEnded && !writableFinished && writableLength === 0;
}
