import { createHash } from "node:crypto";
import type { ForeseeSettings } from "../core/plan/foreseen.ts";
import { instantMs } from "../core/units/units.ts";
import { detectionDefaults } from "./predict.ts";
import type { Opened } from "./workspace.ts";

/** What plans are foretold by: the tables of a workspace, and detection as the failover engine has it where a plan says nothing. */
export function foreseeSettings({
  catalogue,
}: Pick<Extract<Opened, { kind: "open" }>, "catalogue">): ForeseeSettings {
  return {
    tables: catalogue,
    detection: detectionDefaults,
    now: instantMs(Date.now()),
    digest: textDigest,
  };
}

export function textDigest(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
