import { once } from "node:events";
import { parentPort } from "node:worker_threads";
import { availabilitiesOf } from "../../core/prediction/availabilities.ts";
import type { AvailabilitiesTask } from "./availabilities-message.ts";

// How often each journey of a platform is up, in a thread of its own: asked once.

if (parentPort !== null) {
  const [{ model, settings }] = (await once(parentPort, "message")) as [AvailabilitiesTask];
  parentPort.postMessage(availabilitiesOf(model, settings));
}
