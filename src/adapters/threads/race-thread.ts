import { parentPort, workerData } from "node:worker_threads";
import { racedLot } from "../../core/availability/diagram/race.ts";
import type { RaceResult, RaceTask } from "./race-message.ts";

// One lot of the orders of a region, raced in a thread of its own.

const { region, stepsMax, lot } = workerData as RaceTask;
const result: RaceResult = racedLot(region, stepsMax, lot);
parentPort?.postMessage(result);
