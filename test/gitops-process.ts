import { gitopsActuator } from "../src/adapters/gitops/gitops-actuator.ts";
import type { GitopsWish } from "../src/core/model/gitops-wish.ts";

/** Run as a process of its own: applies what is wished for, given as JSON, under the epoch 7. */
const [wish = "", folder = ""] = process.argv.slice(2);
const actuator = gitopsActuator({ folder, gentleMs: 1_000, environment: process.env });
await actuator.apply(JSON.parse(wish) as GitopsWish, 7, new AbortController().signal);
