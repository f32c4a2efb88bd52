import type { TerraformWish } from "../../core/model/wishes.ts";
import type { Problem } from "../../core/problem/problem.ts";
import type { Diagnostic } from "./program.ts";

const why =
  "What stands in the configuration is what a recovery builds; what is not known to be built must not be reported as built.";

function problem(code: Problem["code"], what: string, mend: string): Problem {
  return { code, what, where: null, why, mend };
}

/** Longer ones are cut off. */
const shownMax = 600;
const diagnosticsMax = 3;
/** What would move the cursor or ring. */
const control = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g;

function shown(diagnostics: readonly Diagnostic[]): string {
  const texts = diagnostics.slice(0, diagnosticsMax).map(({ summary, detail, place }) => {
    const text = [summary, detail].filter((part) => part !== "").join(": ");
    return place === null ? text : `${text} (${place})`;
  });
  const text = texts.join("; ").replaceAll(control, " ").trim();
  const cut = text.length > shownMax ? `${text.slice(0, shownMax)}…` : text;
  return cut === "" ? "it does not say why" : cut;
}

export function unusableWish(because: string): Problem {
  return problem("terraform/wish-unusable", because, "mend the wish: see the manual for its fields");
}

export function missingProgram({ program }: TerraformWish, because: string): Problem {
  return problem(
    "terraform/missing-program",
    `${program} cannot be run: ${because}`,
    "install Terraform (1.4 or newer) or OpenTofu, and name the program by its path",
  );
}

/** What Terraform says, by the summary of what went wrong; `otherwise` is the code of all that is not known here. */
export function refusal(
  wish: TerraformWish,
  diagnostics: readonly Diagnostic[],
  otherwise: "terraform/plan-failed" | "terraform/apply-failed",
): Problem {
  const { directory } = wish;
  const has = (form: RegExp): boolean => diagnostics.some(({ summary }) => form.test(summary));
  const said = shown(diagnostics);
  if (has(/acquiring the state lock/i))
    return problem(
      "terraform/locked",
      `somebody else is changing ${directory}: ${said}`,
      "wait until that one is done and look again; a lock that a dead process left is taken away by `terraform force-unlock ID`",
    );
  if (has(/saved plan is stale|saved plan does not match/i)) return worldChanged(wish, said);
  if (has(/\binit\b|not installed|inconsistent dependency lock file|required plugins|missing required prov/i))
    return problem(
      "terraform/not-initialised",
      `${directory} is not initialised: ${said}`,
      `run \`${wish.program} init\` in ${directory}, beforehand and not in an emergency: it fetches providers and modules`,
    );
  if (has(/required variable|undeclared variable|for (input )?variable|invalid variable/i))
    return problem(
      "terraform/variables",
      `the variables do not fit ${directory}: ${said}`,
      "name in the wish what the root module declares, each with a value of its type",
    );
  return problem(
    otherwise,
    `${directory}: ${said}`,
    otherwise === "terraform/plan-failed"
      ? "mend what is told, and look again; nothing was changed"
      : "mend what is told, look again, and apply that: some of it may have been done",
  );
}

export function invalidConfiguration(
  { directory }: TerraformWish,
  diagnostics: readonly Diagnostic[],
): Problem {
  return problem(
    "terraform/invalid-configuration",
    `what stands in ${directory} is not valid: ${shown(diagnostics)}`,
    "mend the configuration; `terraform validate` there tells the same",
  );
}

export function worldChanged({ directory }: TerraformWish, because: string): Problem {
  return problem(
    "terraform/stale-plan",
    `the world changed since ${directory} was looked at, and nothing was applied: ${because}`,
    "look again, see whether what it tells now is still wanted, and apply that",
  );
}

export function notLookedAt({ directory }: TerraformWish, because: string): Problem {
  return problem(
    "terraform/not-looked-at",
    `there is no saved plan of this wish for ${directory}: ${because}`,
    "look first; only what was looked at is applied",
  );
}

export function interrupted({ directory }: TerraformWish, reason: unknown): Problem {
  const because = reason instanceof Error ? reason.message : String(reason);
  return problem(
    "terraform/interrupted",
    `it was told to end before it was done with ${directory}: ${because}`,
    "look again: Terraform has finished the resource it was at, written its state and given back the lock",
  );
}

export function notAsWished({ directory }: TerraformWish, given: string): Problem {
  return problem(
    "terraform/not-as-wished",
    `the plan was applied, and yet ${directory} is to be changed again: ${given}`,
    "see what else changes these resources, or which attribute never settles; then look and apply again",
  );
}

export function otherPlan({ program }: TerraformWish): Problem {
  return problem(
    "terraform/other-format",
    `${program} tells of its plan in a form that is not known here, or at a length beyond 256 MiB`,
    "use a Terraform or OpenTofu whose plans have the format version 1",
  );
}

export function unusableFolder(because: string): Problem {
  return problem(
    "terraform/plan-file",
    `the plan cannot be kept beside the epoch: ${because}`,
    "name an epoch file in a folder that we may write",
  );
}

export function epochWithoutPlace({ directory }: TerraformWish): Problem {
  return problem(
    "terraform/epoch-variable",
    `${directory} declares the variable holdfast_epoch, and its plan writes it nowhere`,
    'give it a default and a place: resource "terraform_data" "holdfast_epoch" { input = var.holdfast_epoch }',
  );
}
