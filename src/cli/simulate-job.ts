import { countOfShards, type EffortOptions, effortOf } from "./simulate-options.ts";
import { type ExitStatus, fail, type Shell } from "./shell.ts";

export interface JobOptions extends EffortOptions {
  readonly shards: string;
  readonly image: string;
  readonly claim: string;
}

export function jobCommand(options: JobOptions, shell: Shell): Promise<ExitStatus> {
  const effort = effortOf(options);
  const shards = countOfShards(options.shards);
  const problems = [effort, shards].flatMap((each) => (each.ok ? [] : each.problems));
  const [first, ...others] = problems;
  if (first !== undefined) return Promise.resolve(fail(shell, [first, ...others], "text"));
  shell.out(jobManifest(options, Number(options.shards)));
  return Promise.resolve(0);
}

/**
 * One pod for each shard: Kubernetes counts them from 0 and puts the number in place of $(JOB_COMPLETION_INDEX). What a pod writes stays
 * beside the workspace.
 */
export function jobManifest(options: JobOptions, shards: number): string {
  const { seed, replications, years, image, claim } = options;
  const args = [
    ...["simulate", "run", "/workspace", "--seed", seed, "--replications", replications, "--years", years],
    ...["--shard", `$(JOB_COMPLETION_INDEX)/${shards}`],
    ...["--out", "/workspace/simulation-$(JOB_COMPLETION_INDEX).json"],
  ];
  return `apiVersion: batch/v1
kind: Job
metadata:
  name: holdfast-simulate
spec:
  completionMode: Indexed
  completions: ${shards}
  parallelism: ${shards}
  backoffLimit: 6
  template:
    spec:
      restartPolicy: OnFailure
      containers:
        - name: simulate
          image: ${JSON.stringify(image)}
          command: ["holdfast"]
          args: ${JSON.stringify(args)}
          resources:
            requests: { cpu: "1", memory: 512Mi }
          volumeMounts:
            - { name: workspace, mountPath: /workspace }
      volumes:
        - name: workspace
          persistentVolumeClaim: { claimName: ${JSON.stringify(claim)} }
`;
}
