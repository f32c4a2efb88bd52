import { openLink } from "../src/adapters/links/link.ts";

/** Run as a process of its own: opens a link with the token it is given, prints its port, then every message. */
const link = await openLink({
  listen: { host: "127.0.0.1", port: 0 },
  token: process.argv[2] ?? "",
  onMessage: (message) => {
    process.stdout.write(`${JSON.stringify(message)}\n`);
  },
});
if (link.kind === "refused") throw new Error(link.problem.what);
process.stdout.write(`${link.value.address.port}\n`);
