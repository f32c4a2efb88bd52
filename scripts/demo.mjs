import { runHoldfast } from "./holdfast.mjs";

runHoldfast(["demo", ...process.argv.slice(2)]);
