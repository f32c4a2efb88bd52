// `npm test`: every test there is, then each skipped one with its reason, then one line: `N passed, N failed, N skipped`.
import { root, setup } from "./setup.mjs";
import { installTestTools } from "./test-tools.mjs";

await setup();
installTestTools();
// Not before: on a fresh clone the test runner is there only now.
const { runTests } = await import("./run-tests.mjs");
const isGood = await runTests(root, process.argv.slice(2));
// What a test left open must not keep the command from ending.
process.exit(isGood ? 0 : 1);
