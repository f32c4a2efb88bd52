// Runs the command line from a checkout: `npm run holdfast -- check examples/assistant`.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { root, setup } from "./setup.mjs";

/** How the program is called from a checkout; what it suggests to type says so. */
const calledAs = "npm run holdfast --";

/** Sets up, then becomes the program: same terminal, same signals, same exit status. */
export async function runHoldfast(args) {
  await setup();
  const child = spawn(process.execPath, [join(root, "dist", "main.js"), ...args], {
    stdio: "inherit",
    env: { ...process.env, HOLDFAST_CALLED_AS: calledAs },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 1);
  });
}

if (process.argv[1] === join(root, "scripts", "holdfast.mjs")) await runHoldfast(process.argv.slice(2));
