// Runs tests and counts what came of them. A file that cannot be loaded, a group that cannot be set up and an error that
// nobody caught count as failed: none of them may pass for a test that was merely not there.
import { startVitest } from "vitest/node";

/** A test that is skipped says why: at the end of its name, `(skipped where …)`, or by `context.skip(why)`. */
const reasonInName = / \((skipped[^)]*)\)/;

function skippedOf(test) {
  const { note } = test.result();
  return {
    name: `${test.module.relativeModuleId} > ${test.fullName.replace(reasonInName, "")}`,
    reason:
      reasonInName.exec(test.fullName)?.[1] ??
      (note === undefined ? "skipped, and does not say why" : `skipped: ${note}`),
  };
}

function tallyOf({ modules, errors }) {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const groups = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  const inState = (state) => tests.filter((test) => test.result().state === state);
  return {
    passed: inState("passed").length,
    failed:
      inState("failed").length + groups.filter((group) => group.errors().length > 0).length + errors.length,
    skipped: inState("skipped").map(skippedOf),
  };
}

function tallyText({ passed, failed, skipped }) {
  const lines = skipped.map(({ name, reason }) => `${name}\n    ${reason}`);
  return [...lines, `${passed} passed, ${failed} failed, ${skipped.length} skipped`, ""].join("\n");
}

/** Runs the tests below `root`; tells each skipped one and, as the last line, the counts. Answers whether all is well. */
export async function runTests(root, filters) {
  let run = { modules: [], errors: [] };
  const listener = {
    onTestRunEnd: (modules, errors) => {
      run = { modules, errors };
    },
  };
  const vitest = await startVitest("test", filters, { root, watch: false, reporters: ["default", listener] });
  await vitest.close();
  const tally = tallyOf(run);
  await new Promise((written) => process.stdout.write(tallyText(tally), written));
  return tally.failed === 0 && tally.passed > 0;
}
