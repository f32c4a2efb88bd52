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
  return [
    ...ofRepository(step),
    ...ofLines(step),
    ...ofEdits(step.edits, ["edits"]),
    ...ofEdits(step.undo?.edits ?? [], ["undo", "edits"]),
  ];
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
