import { expect, it } from "vitest";
import { editedExample } from "../../../test/foreseen-example.ts";
import { the } from "../model/model.ts";

it("sends nothing on the way back that was to be sent on the way there, but for the headers", () => {
  const body = "            body: { type: application/x-www-form-urlencoded, text: machines=2 },\n";
  const { plans } = editedExample("front-door", [[body, ""]]);
  const quota = the(plans, "leave-east").steps.find(
    ({ outside }) => outside?.deed.kind === "run" && outside.deed.wish.step === "raise-quota",
  );
  expect(quota?.outside?.deed).toMatchObject({
    wish: { body: { text: "machines=8" }, headers: { Authorization: "QUOTA_AUTHORIZATION" } },
  });
  expect(quota?.outside?.undo).toMatchObject({
    wish: {
      step: "raise-quota-undo",
      body: null,
      check: null,
      headers: { Authorization: "QUOTA_AUTHORIZATION" },
    },
  });
});
