import { runHoldfast } from "./holdfast.mjs";

/** Options of the demo that npm, which knows none of them, takes for its own when they do not stand after `--`. */
const swallowed = ["scenario", "out", "keep"].filter((name) => `npm_config_${name}` in process.env);

const args = process.argv.slice(2);
if (swallowed.length === 0) await runHoldfast(["demo", ...args]);
else {
  const given = swallowed.map((name) => `--${name}`).join(" and ");
  process.stderr.write(
    `npm kept ${given} for itself, and nothing was started.\nWhat the demo takes stands after --, as in: npm run demo -- --scenario freeze\n`,
  );
  process.exitCode = 1;
}
