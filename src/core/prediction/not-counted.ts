import type { Model } from "../model/model.ts";

/**
 * What a workspace declares and the exact arithmetic cannot count, for it makes parts depend on the calendar or on one another: in words,
 * in the order to be told.
 */
export function notCounted({ platform: { regions }, components }: Model): readonly string[] {
  const places = [...components.values()].flatMap(({ placements }) => placements);
  const isMaintained = [...regions, ...places].some(({ maintenance }) => maintenance !== null);
  const isTakenAlong = regions.some(({ takesAlong }) => takesAlong.length > 0);
  return [
    ...(isMaintained ? ["planned maintenance"] : []),
    ...(isTakenAlong ? ["regions that take others along"] : []),
  ];
}

/** `null`: all of it is counted. */
export function notCountedText(model: Model): string | null {
  const left = notCounted(model);
  if (left.length === 0) return null;
  return `Not counted in availability: ${left.join(", ")}. \`holdfast simulate run\` counts it.`;
}
