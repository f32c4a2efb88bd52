import { describe, expect, it } from "vitest";
import { brokenTemplates, soundTemplates } from "../../../test/alert-templates.ts";
import { readTemplate } from "./alert-template.ts";

describe("a template of an alert", () => {
  it.each(soundTemplates.map((each) => [each]))("is sound: %s", (text) => {
    expect(readTemplate(text)).toMatchObject({ ok: true });
  });

  it.each(brokenTemplates.map((each) => [each]))("is refused: %s", (text) => {
    expect(readTemplate(text)).toMatchObject({ ok: false });
  });

  it.each<[string, string]>([
    ["{{ $labels.region", "opens {{ and does not close it"],
    ["{{ nope }}", "calls nope, which is no function of Prometheus"],
    ["{{ $service }}", "reads $service, which nothing declares"],
    ["{{ .Service }}", "reads .Service, which no alert has"],
    ["{{ if $value }}", "begins if and has no end for it"],
    // These Prometheus takes, and shows an error where the text should be.
    ["{{ $value | }}", "has an action, or a side of a pipe, that says nothing"],
    ["{{ $x = 1 }}", "sets $x, which nothing declares"],
    ['{{ define "x" }}{{ end }}', "uses define, which is not read here"],
  ])("tells what is wrong with %s", (text, because) => {
    expect(readTemplate(text)).toEqual({ ok: false, because });
  });

  it.each<[string, boolean, readonly string[]]>([
    ["{{ $labels.a }} {{ .Labels.b }} {{ $.Labels.c }}", false, ["a", "b", "c"]],
    ["{{ humanize $value }}", true, []],
    ["{{ .Value }}", true, []],
    ['{{ range query "up" }}{{ .Value }}{{ .Labels.a }}{{ end }}', false, []],
  ])("tells what is read by %s", (text, readsValue, labels) => {
    expect(readTemplate(text)).toEqual({ ok: true, readsValue, labels: new Set(labels) });
  });
});
