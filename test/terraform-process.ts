import { epochFiles } from "../src/adapters/files/epoch-files.ts";
import { startProgram } from "../src/adapters/processes/start-program.ts";
import { terraformActuator } from "../src/adapters/terraform/terraform-actuator.ts";
import type { TerraformWish } from "../src/core/model/wishes.ts";

/** Run as a process of its own: looks at what is wished for, given as JSON, and applies it under the epoch 7. */
const wish = JSON.parse(process.argv[2] ?? "") as TerraformWish;
const life = new AbortController().signal;
const settings = { epochs: epochFiles, start: startProgram, environment: process.env, lockSecondsMax: 0 };
const actuator = terraformActuator(settings);
await actuator.look(wish, life);
await actuator.apply(wish, 7, life);
