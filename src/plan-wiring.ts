import { tmpdir } from "node:os";
import { dnsActuator } from "./adapters/dns/dns-actuator.ts";
import { openEvidenceLog } from "./adapters/files/evidence-log.ts";
import { cryptography } from "./adapters/files/evidence-cryptography.ts";
import { makePersonalKey, readPersonalKey } from "./adapters/files/personal-key.ts";
import { epochFiles } from "./adapters/files/epoch-files.ts";
import { gitopsActuator } from "./adapters/gitops/gitops-actuator.ts";
import { haproxyActuator } from "./adapters/haproxy/haproxy-actuator.ts";
import { httpVerifier } from "./adapters/http/http-verifier.ts";
import { sendRequest } from "./adapters/http/send-request.ts";
import { firstTokenVerifier } from "./adapters/openai/first-token-verifier.ts";
import { inferenceVerifier } from "./adapters/openai/inference-verifier.ts";
import { kubernetesActuator } from "./adapters/kubernetes/kubernetes-actuator.ts";
import { kubernetesVerifier } from "./adapters/kubernetes/kubernetes-verifier.ts";
import { patroniActuator } from "./adapters/patroni/patroni-actuator.ts";
import { sqlVerifier } from "./adapters/postgres/sql-verifier.ts";
import { metricVerifier } from "./adapters/prometheus/metric-verifier.ts";
import { startProgram } from "./adapters/processes/start-program.ts";
import { runActuator } from "./adapters/run/run-actuator.ts";
import { terraformActuator } from "./adapters/terraform/terraform-actuator.ts";
import type { PlanRunParts } from "./cli/parts.ts";

const answerMsMax = 2_000;
/** Patroni asks its store before it answers, and asks it again for `retry_timeout`, usually 10 s. */
const patroniAnswerMsMax = 15_000;
/** An API server gives a request up to a minute, and needs far less for one object. */
const clusterAnswerMsMax = 10_000;
const clusterLookEveryMs = 250;
const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";
/** Somebody else may be planning: longer than that is a lock that was left behind. */
const lockSecondsMax = 30;
/** A program that is called off has so long to end by itself. */
const gentleMs = 5_000;

/** A part of `main.ts` that is loaded when a plan is run: the real things behind its ports. @param environment ours */
export function planRunParts(
  environment: Readonly<Record<string, string | undefined>>,
  version: string,
): PlanRunParts {
  return {
    environment,
    actuators: {
      dns: dnsActuator({ now: Date.now, answerMsMax }),
      gitops: gitopsActuator({ folder: tmpdir(), gentleMs, environment }),
      haproxy: haproxyActuator({ epochs: epochFiles, answerMsMax }),
      kubernetes: kubernetesActuator({
        environment,
        serviceAccountFolder,
        answerMsMax: clusterAnswerMsMax,
        lookEveryMs: clusterLookEveryMs,
      }),
      patroni: patroniActuator({ send: sendRequest, environment, answerMsMax: patroniAnswerMsMax }),
      terraform: terraformActuator({ epochs: epochFiles, start: startProgram, environment, lockSecondsMax }),
      run: runActuator({
        start: startProgram,
        send: sendRequest,
        logFolder: tmpdir(),
        gentleMs,
        environment,
      }),
    },
    verifiers: {
      sql: sqlVerifier(environment),
      http: httpVerifier(environment),
      inference: inferenceVerifier({ send: sendRequest, environment }),
      promql: metricVerifier(environment),
      prompted: firstTokenVerifier(environment),
      kubernetes: kubernetesVerifier({ environment, serviceAccountFolder }),
    },
    keys: { make: makePersonalKey, read: readPersonalKey, readKey: cryptography.readPublicKey },
    openLog: (settings, clock) => openEvidenceLog({ ...settings, software: `holdfast ${version}`, clock }),
  };
}
