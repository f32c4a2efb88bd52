import { z } from "zod";
import { capacityWords, patternWords, placement, replication } from "./component-schema.ts";
import {
  choice,
  componentName,
  count,
  duration,
  list,
  name,
  names,
  price,
  regionName,
  row,
} from "./fields.ts";

const replicas = z
  .strictObject({
    replicas: count("How many run there.", 3),
    required: count(
      "How many of them must work for the place to serve. Left out: all of them.",
      2,
    ).optional(),
  })
  .meta({ description: "So many replicas.", examples: [{ replicas: 3, required: 2 }] });

const region = z
  .strictObject({
    region: regionName("Where the place would be."),
    zones: names("A zone of that region; replicas are spread over them in turn.", "a"),
    machine: row(
      "The machine there, a row of the catalogue. Left out: as today.",
      "aws/p5.48xlarge",
    ).optional(),
    price: price(
      "Price of one replica there. Left out: as today, or the machine's list price.",
      "12 USD/h",
    ).optional(),
  })
  .meta({ description: "Another region for the place.", examples: [{ region: "west", zones: ["a"] }] });

const oneChoice = z
  .strictObject({
    component: componentName("Whose design it is."),
    place: name("The region, or the cell, of the place that is to be chosen about.", "east").optional(),
    replicas: list(replicas, {
      description: "How many replicas the place has.",
      example: { replicas: 3, required: 2 },
    }).optional(),
    presence: list(choice(["kept", "left-out"], "The place is there, or it is not."), {
      description: "Whether the place is there at all.",
      example: "left-out",
    }).optional(),
    added: list(placement, {
      description: "Places of which one may be added, or none.",
      example: { region: "north", replicas: 2 },
    }).optional(),
    pattern: list(choice(patternWords, "How its places would stand by for one another."), {
      description: "How its places stand by for one another.",
      example: "warm-standby",
    }).optional(),
    capacity: list(choice(capacityWords, "Whether the machines would be there when they are asked for."), {
      description:
        "Capacity certainty of the place. What differs from today's has the likelihood that the catalogue assumes.",
      example: "quota",
    }).optional(),
    checkpointEvery: list(duration("Computing time between two checkpoints of its job.", "30 min"), {
      description: "Checkpoint interval of its job.",
      example: "30 min",
    }).optional(),
    region: list(region, {
      description: "Where the place is: one of several regions.",
      example: { region: "west" },
    }).optional(),
    replication: list(replication, {
      description: "How its data reaches the other places.",
      example: { mode: "synchronous", confirmations: 1 },
    }).optional(),
  })
  .meta({
    description: "One thing to choose, with its alternatives: exactly one of the keys that list some.",
    examples: [{ component: "database", place: "east", replicas: [{ replicas: 2 }, { replicas: 3 }] }],
  });

export const optionsSpec = z
  .strictObject({
    choices: list(oneChoice, {
      description:
        "What may be built in another way. What holds today is always an alternative, listed or not.",
      example: { component: "database", pattern: ["hot-standby", "warm-standby"] },
    }),
  })
  .meta({
    description: "Ways in which the platform might be built.",
    examples: [{ choices: [{ component: "database", pattern: ["hot-standby", "warm-standby"] }] }],
  });
