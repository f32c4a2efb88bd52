import { tmpdir } from "node:os";
import { dnsActuator } from "./adapters/dns/dns-actuator.ts";
import { openEvidenceLog } from "./adapters/files/evidence-log.ts";
import { epochFiles } from "./adapters/files/epoch-files.ts";
import { haproxyActuator } from "./adapters/haproxy/haproxy-actuator.ts";
import { startProgram } from "./adapters/processes/start-program.ts";
import { runActuator } from "./adapters/run/run-actuator.ts";
import { terraformActuator } from "./adapters/terraform/terraform-actuator.ts";
import type { PlanRunParts } from "./cli/parts.ts";

const answerMsMax = 2_000;
/** Somebody else may be planning: longer than that is a lock that was left behind. */
const lockSecondsMax = 30;
/** A program that is called off has so long to end by itself. */
const gentleMs = 5_000;

/** A part of `main.ts` that is loaded when a plan is run: the real things behind its ports. @param environment ours */
export function planRunParts(
  environment: Readonly<Record<string, string | undefined>>,
  version: string,
): PlanRunParts {
  return {
    actuators: {
      dns: dnsActuator({ now: Date.now, answerMsMax }),
      haproxy: haproxyActuator({ epochs: epochFiles, answerMsMax }),
      terraform: terraformActuator({ epochs: epochFiles, start: startProgram, environment, lockSecondsMax }),
      run: runActuator({ start: startProgram, logFolder: tmpdir(), gentleMs, environment }),
    },
    openLog: (settings, clock) => openEvidenceLog({ ...settings, software: `holdfast ${version}`, clock }),
  };
}
