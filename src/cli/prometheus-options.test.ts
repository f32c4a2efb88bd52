import { describe, expect, it } from "vitest";
import { prometheusOf } from "./prometheus-options.ts";

const asked = (token: string) =>
  prometheusOf({ timeout: "30s" }, { env: { HOLDFAST_PROMETHEUS_TOKEN: token } });

describe("the Prometheus that is asked", () => {
  it.each([
    ["s3cret", "s3cret"],
    ["s3cret\n", "s3cret"],
    ["", null],
    [" \n", null],
  ])("gets the token %j as %j", (token, sent) => {
    expect(asked(token)).toMatchObject({ ok: true, value: { token: sent } });
  });

  it.each(["s3cret\nX-Other: s3cret", "s3cret s3cret", "s3cret\u0000", "s3cret\u001b[2J", "ü-s3cret"])(
    "gets no token that no header holds, and it is not shown: %j",
    (token) => {
      const answer = asked(token);
      expect(answer).toMatchObject({ ok: false, problems: [{ code: "cli/bad-token" }] });
      expect(JSON.stringify(answer)).not.toContain("s3cret");
    },
  );

  it.each([
    "ada:s3cret@host",
    "ftp://ada:s3cret@host",
    "http://ada:s3@s3cret@a host",
    "x://ada:s3/cret@host",
  ])("is not shown with its password where it is no address: %s", (prometheus) => {
    const answer = prometheusOf({ prometheus, timeout: "30s" }, { env: {} });
    expect(answer).toMatchObject({ ok: false, problems: [{ code: "cli/bad-option" }] });
    expect(JSON.stringify(answer)).not.toMatch(/s3c|ada/);
  });
});
