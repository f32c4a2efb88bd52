// `npm test`: every test there is, then each skipped one with its reason, then one line: `N passed, N failed, N skipped`.
import { root, setup } from "./setup.mjs";
import { installTestTools } from "./test-tools.mjs";
import { tallyOf, tallyText } from "./tally.mjs";

setup();
installTestTools();

// Not before: on a fresh clone the runner is there only now.
const { startVitest } = await import("vitest/node");

let run = { modules: [], errors: [] };
const listener = {
  onTestRunEnd: (modules, errors) => {
    run = { modules, errors };
  },
};
const vitest = await startVitest("test", process.argv.slice(2), {
  root,
  watch: false,
  reporters: ["default", listener],
});
await vitest.close();

const tally = tallyOf(run);
const isGood = tally.failed === 0 && tally.passed > 0;
// What workers left open must not keep the command from ending, nor the last line from being written.
process.stdout.write(tallyText(tally), () => process.exit(isGood ? 0 : 1));
