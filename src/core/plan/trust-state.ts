/** How far a plan is to be trusted in a scenario, each state resting on the one before. */
export const trustStates = ["DECLARED", "CHECKED", "SIMULATED", "DRILLED", "ARMED"] as const;
export type TrustState = (typeof trustStates)[number];
