import { describe, expect, it } from "vitest";
import { freePorts } from "./free-ports.ts";

describe("the ports of a lab", () => {
  it("are as many as asked for, and all different", async () => {
    const ports = await freePorts(15);
    expect(ports.ok && new Set(ports.value).size).toBe(15);
  });

  it("are asked for with a way out when too few are free", async () => {
    expect(await freePorts(3, { min: 20_000, end: 20_002 })).toMatchObject({
      ok: false,
      problems: [
        {
          code: "lab/too-few-ports",
          what: expect.stringMatching(
            /^[012] free ports .* from 20000 to 20001, and 3 are needed$/,
          ) as string,
        },
      ],
    });
  });
});
