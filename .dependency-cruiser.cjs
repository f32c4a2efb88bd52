/** Who may import whom; the table stands in CONTRIBUTING.md. Every rule here is seen red by test/import-rules.test.ts. */
const product = { pathNot: "\\.test\\.ts$" };
const engines = "availability|cost|carbon|recovery|training";
const leaves = "problem|units|catalogue|model";

/** A concept of the core may import the named concepts of the core and itself. */
function conceptMayImport(concept, allowed) {
  return {
    name: `core-${concept}`,
    severity: "error",
    from: { path: `^src/core/(${concept})/`, ...product },
    to: { path: "^src/core/", pathNot: `^src/core/($1|${allowed})/` },
  };
}

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-circle", severity: "error", from: { pathNot: "^sim/" }, to: { circular: true } },
    {
      // The simulated world and its parts know one another's types; none of them is built by importing another.
      name: "no-circle-in-simulation",
      severity: "error",
      from: { path: "^sim/" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "core-imports-core-only",
      severity: "error",
      from: { path: "^src/core", ...product },
      to: { path: "^(src/(waiting|adapters|runtime|cli|api|main)|lab|sim|test|bench|web)" },
    },
    {
      name: "core-touches-no-machine",
      severity: "error",
      from: { path: "^src/core", ...product },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "only-languages-use-packages",
      severity: "error",
      from: { path: "^src/core", pathNot: "^src/core/(manifest|openslo|promql)|\\.test\\.ts$" },
      to: { dependencyTypes: ["npm", "npm-dev", "npm-optional", "npm-peer"] },
    },
    {
      name: "core-problem",
      severity: "error",
      from: { path: "^src/core/problem/", ...product },
      to: { path: "^src/core/", pathNot: "^src/core/problem/" },
    },
    conceptMayImport("units", "problem"),
    conceptMayImport("catalogue", "problem|units"),
    conceptMayImport("model", "problem|units|catalogue"),
    conceptMayImport("manifest", leaves),
    conceptMayImport(engines, leaves),
    conceptMayImport("prediction", `${engines}|${leaves}`),
    conceptMayImport("lint", `${engines}|failover|${leaves}`),
    conceptMayImport("plan", `${engines}|prediction|lint|evidence|trace|${leaves}`),
    conceptMayImport("optimise", `${engines}|prediction|${leaves}`),
    conceptMayImport("openslo", `manifest|${leaves}`),
    conceptMayImport("promql", "problem"),
    conceptMayImport("llm", leaves),
    conceptMayImport("slo", `openslo|promql|llm|${leaves}`),
    conceptMayImport("experiment|failover|evidence", leaves),
    conceptMayImport("metrics", `failover|${leaves}`),
    conceptMayImport("mixin", `metrics|slo|llm|${leaves}`),
    conceptMayImport("drill", `recovery|failover|experiment|evidence|${leaves}`),
    conceptMayImport("trace", `drill|failover|evidence|${leaves}`),
    conceptMayImport("score", `${engines}|prediction|slo|drill|evidence|${leaves}`),
    {
      name: "waiting-knows-nobody",
      severity: "error",
      from: { path: "^src/waiting/", ...product },
      to: { path: "^(src/(?!waiting/)|lab|sim|test|bench|web)" },
    },
    {
      name: "adapters-stand-alone",
      severity: "error",
      from: { path: "^src/adapters/([^/]+)/", ...product },
      to: { path: "^src/(runtime|cli|api|main|adapters)", pathNot: "^src/adapters/$1/" },
    },
    {
      name: "shell-gets-adapters-handed-in",
      severity: "error",
      from: { path: "^src/(runtime|cli|api)", ...product },
      to: { path: "^(src/adapters|lab|sim)" },
    },
    {
      name: "runtime-knows-no-face",
      severity: "error",
      from: { path: "^src/runtime", ...product },
      to: { path: "^src/(cli|api)" },
    },
    { name: "nothing-imports-main", severity: "error", from: {}, to: { path: "^src/main\\.ts$" } },
    {
      name: "sim-uses-no-adapter",
      severity: "error",
      from: { path: "^sim" },
      to: { path: "^(src/adapters|lab)" },
    },
    {
      name: "no-test-in-product",
      severity: "error",
      from: { path: "^(src|lab)", ...product },
      to: { path: "\\.test\\.ts$|^(test|sim|bench)/" },
    },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: {
      extensions: [".ts", ".js"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
