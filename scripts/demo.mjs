import { runHoldfast } from "./holdfast.mjs";

await runHoldfast(["demo", ...process.argv.slice(2)]);
