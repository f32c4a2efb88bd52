// Counts what a run of vitest came to. A file that cannot be loaded, a group that cannot be set up and an error that
// nobody caught count as failed: none of them may pass for a test that was merely not there.

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

export function tallyOf({ modules, errors }) {
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

export function tallyText({ passed, failed, skipped }) {
  const lines = skipped.map(({ name, reason }) => `${name}\n    ${reason}`);
  return [...lines, `${passed} passed, ${failed} failed, ${skipped.length} skipped`, ""].join("\n");
}
