import { connect, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resetSocket } from "./reset-socket.ts";

describe("a connection that is broken", () => {
  let server: Server;
  let near: Socket;
  let heard: string[];
  let isOver: Promise<void>;

  beforeEach(async () => {
    heard = [];
    isOver = new Promise((resolve) => {
      server = createServer((far) => {
        far.on("error", (error: NodeJS.ErrnoException) => heard.push(error.code ?? ""));
        far.on("close", resolve);
        far.resume();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    near = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
    near.on("error", (error) => heard.push(error.message));
    await new Promise((resolve) => near.once("connect", resolve));
  });

  afterEach(async () => {
    near.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  async function closed(): Promise<void> {
    await new Promise((resolve) => near.once("close", resolve));
    await isOver;
  }

  it("is told to the other side as a reset", async () => {
    resetSocket(near);
    await closed();
    expect(heard).toEqual(["ECONNRESET"]);
  });

  it("is closed too when its goodbye is on its way", async () => {
    near.end();
    await Promise.resolve();
    resetSocket(near);
    await closed();
    expect(heard).toEqual([]);
  });

  it("is closed too when its last words and its goodbye are on their way", async () => {
    near.end("last words");
    resetSocket(near);
    await closed();
  });

  it("may be broken twice", async () => {
    resetSocket(near);
    resetSocket(near);
    await closed();
  });
});
