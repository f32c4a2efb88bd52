import { z } from "zod";
import {
  choice,
  emissions,
  list,
  monthlyPrice,
  name,
  names,
  regionName,
  row,
  share,
  anyText,
} from "./fields.ts";
import { maintenance } from "./maintenance-schema.ts";
import { reliability } from "./reliability-schema.ts";

const region = z
  .strictObject({
    name: regionName("How components and scenarios refer to the region."),
    provider: name("Who runs it: regions of one provider can fail together.", "aws"),
    zones: names("Failure domains within it.", "a"),
    location: row(
      "Which of the provider's regions it is, a row of the catalogue: its grid, its prices.",
      "aws/us-east-1",
    ).optional(),
    failure: reliability.optional().meta({
      description: "How often the region fails as a whole. Left out: as the catalogue assumes.",
      examples: [{ perYear: 0.05, mttr: "6 h" }],
    }),
    zoneFailure: reliability.optional().meta({
      description: "How often one of its zones fails by itself. Left out: as the catalogue assumes.",
      examples: [{ perYear: 0.2, mttr: "2 h" }],
    }),
    maintenance: maintenance.optional(),
    takesAlong: z
      .array(
        z
          .strictObject({
            region: regionName("Which other region may fail with it."),
            likelihood: share("How likely that is, each time.", "5 %"),
          })
          .meta({
            description: "A region that may be taken along.",
            examples: [{ region: "west", likelihood: "5 %" }],
          }),
      )
      .default([])
      .meta({
        description:
          "Regions that its failure may take along, such as by the load that moves there. Only `holdfast simulate` counts them; what fails together for one reason is a fate. Left out: none.",
        examples: [[{ region: "west", likelihood: "5 %" }]],
      }),
  })
  .meta({ description: "A region.", examples: [{ name: "east", provider: "aws" }] });

const cell = z
  .strictObject({
    name: name("How placements refer to the cell.", "cell-1"),
    region: regionName("Where it stands."),
    share: share("Of all users.", "5 %"),
  })
  .meta({ description: "A cell.", examples: [{ name: "cell-1", region: "east", share: "5 %" }] });

const fate = z
  .strictObject({
    name: name("How scenarios refer to it.", "aws-identity"),
    description: anyText("One sentence for people.", "Sign-in of the provider").optional(),
    type: choice(
      [
        "provider-wide",
        "control-plane",
        "identity",
        "dns",
        "registry",
        "network",
        "power",
        "deploy",
        "generic",
      ],
      "What kind of thing it is.",
    ),
    covers: z
      .strictObject({
        providers: names("Every region of a provider.", "aws"),
        regions: names("A region.", "east"),
        components: names("A component, wherever it stands.", "gateway"),
      })
      .meta({ description: "What falls with it.", examples: [{ providers: ["aws"] }] }),
    stops: choice(
      ["serving", "recovery"],
      "Whether what serves stops with it, or goes on and cannot be changed: no start, no switch, no promotion.",
    ),
    failure: reliability.optional().meta({
      description: "How often it fails. Left out: as the catalogue assumes for its type.",
      examples: [{ perYear: 0.2, mttr: "4 h" }],
    }),
  })
  .meta({
    description: "A shared fate.",
    examples: [{ name: "aws-identity", type: "identity", covers: { providers: ["aws"] }, stops: "recovery" }],
  });

export const platformSpec = z
  .strictObject({
    regions: list(region, {
      description: "Failure domains, each with its own buildings, power and network.",
      example: { name: "east", provider: "aws" },
    }),
    cells: z
      .array(cell)
      .default([])
      .meta({
        description:
          "Parts that share nothing with one another, each for its own users. Left out: there are none.",
        examples: [[{ name: "cell-1", region: "east", share: "5 %" }]],
      }),
    fates: z
      .array(fate)
      .default([])
      .meta({
        description: "What others fall with, however far apart they stand. Left out: none is declared.",
        examples: [
          [{ name: "aws-identity", type: "identity", covers: { providers: ["aws"] }, stops: "recovery" }],
        ],
      }),
    budgets: z
      .strictObject({
        cost: monthlyPrice("What the platform may cost. Left out: not stated.", "90000 USD/month").optional(),
        carbon: emissions("What it may emit. Left out: not stated.", "20 t/month").optional(),
      })
      .prefault({})
      .meta({
        description: "What it may cost and emit.",
        examples: [{ cost: "90000 USD/month", carbon: "20 t/month" }],
      }),
  })
  .meta({
    description: "Where the platform can run, and what all of it hangs on.",
    examples: [{ regions: [{ name: "east", provider: "aws" }] }],
  });
