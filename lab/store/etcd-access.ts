import { join } from "node:path";
import { grantAccess } from "../../src/adapters/etcd/grant-access.ts";
import type { LabStatus } from "../../src/runtime/lab.ts";
import { authorityFile, passwordFile } from "./access-files.ts";
import { keptPassword, labUser } from "./passwords.ts";
import type { StoreAccess } from "./store-access.ts";
import { keptCertificates, whyUnfit } from "./voter-certificates.ts";
import { accessFolder, type KeptVoters, labNamespace, urlOf } from "./voters.ts";

const rootUser = "root";

/** How the voters of a lab and whoever comes to them know one another. */
export interface EtcdAccess {
  /** What the parts of the lab come with. */
  readonly access: StoreAccess;
  /** Why its certificates were made anew, for people; `null`: they were fit, or are the first. */
  readonly renewedBecause: string | null;
  /** Lets the lab's user in, and nobody who does not sign in. Done again, it changes nothing. @throws EtcdFailure */
  grant(signal: AbortSignal): Promise<void>;
  told(): Promise<Pick<LabStatus["coordination"], "access" | "notBelieved">>;
}

/**
 * Reads what the voters of a lab show and its parts come with, or makes it. Voters of the first kind speak plainly and ask nobody: they stay so,
 * for each keeps in its data how the others are reached. To be asked while no voter runs.
 *
 * @throws what the file system throws
 */
export async function etcdAccess(root: string, kept: KeptVoters): Promise<EtcdAccess> {
  return kept.scheme === "http" ? plainly : secured(join(root, accessFolder), kept);
}

const plainly: EtcdAccess = {
  access: null,
  renewedBecause: null,
  grant: () => Promise.resolve(),
  told: () => Promise.resolve({ access: null, notBelieved: null }),
};

async function secured(folder: string, { voters, scheme }: KeptVoters): Promise<EtcdAccess> {
  const { authority, renewedBecause } = await keptCertificates(folder, voters, Date.now());
  const user = { name: labUser, password: await keptPassword(folder, labUser) };
  const tls = { authority, own: null };
  const files = {
    authorityFile: authorityFile(folder),
    user: labUser,
    passwordFile: passwordFile(folder, labUser),
  };
  return {
    access: { tls, login: user },
    renewedBecause,
    grant: (signal) =>
      grantAccess(
        {
          endpoints: voters.map(({ client }) => urlOf(client, scheme)),
          ...{ tls, user, namespace: labNamespace },
          rootPassword: () => keptPassword(folder, rootUser),
        },
        signal,
      ),
    told: async () => {
      const now = Date.now();
      const unfit = await whyUnfit(folder, voters, { now, validUntil: now });
      const notBelieved = unfit === null ? null : `${unfit}; \`lab down\` and \`lab up\` make new ones`;
      return { access: files, notBelieved };
    },
  };
}
