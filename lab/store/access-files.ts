import { join } from "node:path";

// Where the voters of a lab's etcd have what they show, and clients what they come with, below a folder.

/** Of who signed their certificates, in PEM. */
export function authorityFile(folder: string): string {
  return join(folder, "authority.pem");
}

/** Of one voter, in PEM. */
export function certificateFiles(
  folder: string,
  voter: string,
): { readonly certificate: string; readonly key: string } {
  return { certificate: join(folder, `${voter}.pem`), key: join(folder, `${voter}.key`) };
}

/** Of a user of the etcd: a file that holds nothing else. */
export function passwordFile(folder: string, user: string): string {
  return join(folder, `${user}.password`);
}
