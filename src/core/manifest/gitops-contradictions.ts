import { fileFault, lineFault, repositoryFault } from "../model/gitops-wish.ts";
import { pathMend, settingPath } from "../model/setting-path.ts";
import type { WrittenGitops } from "./build-gitops.ts";
import type { Path } from "./document.ts";

interface GitopsSlip {
  readonly path: Path;
  readonly what: string;
  readonly mend: string;
}

/** What cannot be true of a step that changes a git repository. */
export function ofGitops(step: WrittenGitops): readonly GitopsSlip[] {
  const slips = [
    ...ofRepository(step),
    ...ofLines(step),
    ...ofEdits(step.edits, ["edits"]),
    ...ofEdits(step.undo?.edits ?? [], ["undo", "edits"]),
  ];
  // What is held against one another is what was understood.
  if (slips.length > 0) return slips;
  return [
    ...setTwice(step.edits, ["edits"]),
    ...setTwice(step.undo?.edits ?? [], ["undo", "edits"]),
    ...ofUndo(step),
  ];
}

interface Put {
  readonly key: string;
  readonly path: string;
  readonly file: string;
  readonly at: Path;
}

/** Each value that is set, by where it stands. */
function putsIn(edits: WrittenGitops["edits"], from: Path): readonly Put[] {
  return edits.flatMap(({ file, document, set }, index) =>
    set.map(({ path }, number) => ({
      ...{ path, file, at: [...from, index, "set", number, "path"] },
      key: JSON.stringify([file, document ?? null, settingPath(path) ?? path]),
    })),
  );
}

function setTwice(edits: WrittenGitops["edits"], from: Path): readonly GitopsSlip[] {
  const puts = putsIn(edits, from);
  return puts.flatMap(({ key, path, at }, index) => {
    if (puts.findIndex((each) => each.key === key) === index) return [];
    return [{ path: at, what: `sets ${path} again`, mend: "set it once" }];
  });
}

/** A way back that leaves something as it was set is none. */
function ofUndo({ edits, undo }: WrittenGitops): readonly GitopsSlip[] {
  if (undo === undefined) return [];
  const [puts, backs] = [putsIn(edits, ["edits"]), putsIn(undo.edits, ["undo", "edits"])];
  const [set, back] = [new Set(puts.map(({ key }) => key)), new Set(backs.map(({ key }) => key))];
  const left = puts.find(({ key }) => !back.has(key));
  const missing =
    left === undefined
      ? []
      : [
          {
            path: ["undo", "edits"],
            what: `leaves ${left.path} in ${left.file} as the step sets it`,
            mend: "set back all that the step sets, or give no undo",
          },
        ];
  const foreign = backs.flatMap(({ key, path, at }) =>
    set.has(key) ? [] : [{ path: at, what: `is ${path}, which the step does not set`, mend: "delete it" }],
  );
  return [...missing, ...foreign];
}

function ofRepository({ repository }: WrittenGitops): readonly GitopsSlip[] {
  const fault = repositoryFault(repository);
  if (fault === null) return [];
  const mend =
    "write it as in https://git.example.com/platform/clusters.git, and pass credentials on by environment";
  return [{ path: ["repository"], what: fault, mend }];
}

function ofLines({ message, author }: WrittenGitops): readonly GitopsSlip[] {
  const lines: readonly (readonly [Path, string])[] = [
    [["message"], message ?? "left out"],
    [["author", "name"], author.name],
    [["author", "email"], author.email],
  ];
  return lines.flatMap(([path, line]) => {
    const fault = lineFault(line);
    return fault === null ? [] : [{ path, what: fault, mend: "write one line of plain text" }];
  });
}

function ofEdits(edits: WrittenGitops["edits"], path: Path): readonly GitopsSlip[] {
  return edits.flatMap(({ file, set }, index) => {
    const at = [...path, index];
    const fault = fileFault(file);
    const mend = "write a path within the repository, as in clusters/west/values.yaml";
    return [
      ...(fault === null ? [] : [{ path: [...at, "file"], what: `is ${file}, which ${fault}`, mend }]),
      ...set.flatMap((each, number) =>
        settingPath(each.path) === null
          ? [
              {
                path: [...at, "set", number, "path"],
                what: `is ${each.path}, which is no path`,
                mend: pathMend,
              },
            ]
          : [],
      ),
    ];
  });
}
