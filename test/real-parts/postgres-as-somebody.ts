/** A whole failover, to be run as a program by an account of its own. Prints what it found. */
import { failOver, Members, missingFrom, never, result, Writer } from "./postgres-members.ts";

const members = await Members.make();
const [east, west, central] = await members.three();
const application = await members.client(east);
await application.query("create table written (id integer primary key)");
const writer = new Writer(application);
await writer.untilAcknowledged(20);
result(await east.member.stopNow(never));
const { next } = await failOver([west, central], east);
result(await east.member.reseed(next.address, never));
const client = await members.client(next);
const missing = await missingFrom(client, writer.acknowledged);
await client.end();
await writer.end();
const status = await east.member.status(never);
const processesLeft = await members.end();
process.stdout.write(
  JSON.stringify({ uid: process.getuid?.(), missing, status: status.kind, processesLeft }),
);
