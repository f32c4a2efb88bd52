import { z } from "zod";
import { anyText, name } from "./fields.ts";
import { budgetPolicySpec } from "./budget-policy-schema.ts";
import { componentSpec } from "./component-schema.ts";
import { journeySpec, policySpec, riskSpec } from "./journey-schema.ts";
import { optionsSpec } from "./options-schema.ts";
import { platformSpec } from "./platform-schema.ts";
import { drillSpec, planSpec, scenarioSpec } from "./recovery-schema.ts";

/** The version of the manifest language that this program reads. */
export const apiVersion = "holdfast/v1alpha1";

const metadata = z
  .strictObject({
    name: name("How others refer to it; unique among documents of its kind.", "chat-completion"),
    description: anyText("One sentence for people.", "A user asks and the answer streams in").optional(),
  })
  .meta({ description: "What the document is called.", examples: [{ name: "chat-completion" }] });

function document<const Kind extends string, Spec extends z.ZodType>(
  kind: Kind,
  { spec, description }: { readonly spec: Spec; readonly description: string },
) {
  return z
    .strictObject({
      apiVersion: z
        .literal(apiVersion)
        .meta({ description: "Whose document it is, and how to read it.", examples: [apiVersion] }),
      kind: z.literal(kind).meta({ description: "What the document declares.", examples: [kind] }),
      metadata,
      spec,
    })
    .meta({ description });
}

/** Every kind of document, in the order in which a newcomer writes them. */
export const documentSchemas = {
  Platform: document("Platform", {
    spec: platformSpec,
    description: "The whole: where it can run, and what all of it hangs on. One in each workspace.",
  }),
  Journey: document("Journey", {
    spec: journeySpec,
    description: "What a user of the platform can do, and what the business needs of it.",
  }),
  Policy: document("Policy", {
    spec: policySpec,
    description: "Objectives that journeys inherit.",
  }),
  Component: document("Component", {
    spec: componentSpec,
    description: "A part of the platform, with replicas in places.",
  }),
  Scenario: document("Scenario", {
    spec: scenarioSpec,
    description: "What fails, and how.",
  }),
  RecoveryPlan: document("RecoveryPlan", {
    spec: planSpec,
    description: "How journeys come back when a scenario happens.",
  }),
  Drill: document("Drill", {
    spec: drillSpec,
    description: "A plan carried out against a scenario, under load.",
  }),
  ErrorBudgetPolicy: document("ErrorBudgetPolicy", {
    spec: budgetPolicySpec,
    description: "What may be done while how much of the error budget is left.",
  }),
  Risk: document("Risk", {
    spec: riskSpec,
    description: "What could go wrong, who answers for it, and what is done about it.",
  }),
  Options: document("Options", {
    spec: optionsSpec,
    description: "Ways in which the platform might be built, for `holdfast optimise` to choose among.",
  }),
} as const;

export type Kind = keyof typeof documentSchemas;
export const kinds = Object.keys(documentSchemas) as readonly Kind[];

/** A document of one kind, as its schema reads it: units are read, defaults filled in. */
export type ReadDocument<Of extends Kind> = z.output<(typeof documentSchemas)[Of]>;

export function isKind(word: string): word is Kind {
  return Object.hasOwn(documentSchemas, word);
}
