import type { Problem } from "../../core/problem/problem.ts";
import type { DnsWish } from "../../core/model/wishes.ts";
import type { Exchanged } from "./exchange.ts";
import type { Proof } from "./tsig.ts";

const why =
  "Clients find the place that serves by this name, and what is not known to be done must not be reported as done.";

function problem(code: Problem["code"], what: string, mend: string): Problem {
  return { code, what, where: null, why, mend };
}

export function unusableWish(because: string): Problem {
  return problem(
    "dns/wish-unusable",
    because,
    "mend the wish: it names zone, name, type, TTL and values as a zone file would",
  );
}

export function unusableKey(file: string, because: string): Problem {
  return problem(
    "dns/key-unusable",
    `the key file ${file} cannot be used: ${because}`,
    `write the server's key into it, readable by us: tsig-keygen -a hmac-sha256 NAME > ${file}`,
  );
}

/** As people name it. */
function shownServer({ host, port }: DnsWish["server"]): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A question that was not answered. */
export function unanswered(
  wish: DnsWish,
  outcome: Exclude<Exchanged, { readonly kind: "answered" }>,
): Problem {
  const server = `the DNS server ${shownServer(wish.server)}`;
  const { kind, because } = outcome;
  if (kind === "away")
    return problem(
      "dns/away",
      `${server} cannot be reached: ${because}`,
      "name the primary server of the zone, and see that it runs and lets us in over TCP",
    );
  const what = kind === "silent" ? "did not answer" : "broke off";
  return problem(
    "dns/silent",
    `${server} ${what}: ${because}`,
    "see whether it runs and is not overloaded, look how the name is now, and apply the step again: twice is as once",
  );
}

export function strangeAnswer(wish: DnsWish): Problem {
  return problem(
    "dns/other-answer",
    `${shownServer(wish.server)} answers what is no answer of DNS to what was asked`,
    "name the host and port at which the primary server of the zone answers DNS over TCP",
  );
}

/** @param given.rcode what the answer says, which nobody vouches for */
export function unproven(
  wish: DnsWish,
  given: { readonly because: string; readonly rcode: number },
): Problem {
  return problem(
    "dns/answer-unproven",
    `${shownServer(wish.server)} answers ${rcodeName(given.rcode)}, but nobody knows whether it was the server: ${given.because}`,
    `see that the server knows the key of ${wish.keyFile} and answers itself, with nothing in between that changes messages`,
  );
}

export function refusedSignature(
  wish: DnsWish,
  { error, serverAt }: Extract<Proof, { readonly kind: "refused" }>,
  key: { readonly name: string; readonly algorithm: string; readonly at: number },
): Problem {
  const server = shownServer(wish.server);
  if (error === "BADTIME") {
    const theirs = serverAt === null ? "" : `, and its own is ${shownTime(serverAt)}`;
    return problem(
      "dns/clocks-differ",
      `${server} does not take our time (BADTIME): our clock says ${shownTime(key.at)}${theirs}`,
      "set both clocks right, best by NTP: they may differ by 300 s",
    );
  }
  const name = `the key ${key.name} (${key.algorithm})`;
  return error === "BADKEY"
    ? problem(
        "dns/wrong-key",
        `${server} does not know ${name} (BADKEY)`,
        `declare the key in the server's configuration, with the algorithm and the secret that ${wish.keyFile} has`,
      )
    : problem(
        "dns/wrong-key",
        `${server} knows another secret for ${name} (${error})`,
        `put the secret that the server has for ${key.name} into ${wish.keyFile}`,
      );
}

const rcodes = [
  ...["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"],
  ...["YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"],
];

export const rcode = {
  noError: 0,
  servFail: 2,
  nxDomain: 3,
  notImp: 4,
  refused: 5,
  yxRrset: 7,
  nxRrset: 8,
  notAuth: 9,
  notZone: 10,
};

function rcodeName(code: number): string {
  return rcodes[code] ?? `RCODE ${code}`;
}

const notOurZone =
  "name the zone as the server has it, and the server that is its primary; ask it: dig @HOST ZONE SOA";

/** An answer that can be trusted, and says no. */
export function refusal(wish: DnsWish, code: number): Problem {
  const what = `${shownServer(wish.server)} refuses ${wish.name} ${wish.type} in the zone ${wish.zone} (${rcodeName(code)})`;
  switch (code) {
    case rcode.notAuth:
      return problem("dns/not-its-zone", `${what}: the zone is not its own`, notOurZone);
    case rcode.notZone:
      return problem("dns/not-its-zone", `${what}: the name is not in the zone`, notOurZone);
    case rcode.refused:
      return problem(
        "dns/refused",
        what,
        `see that it holds the zone ${wish.zone} and lets the key ask and update it: update-policy { grant KEY zonesub ANY; }; or allow-update`,
      );
    case rcode.notImp:
      return problem("dns/refused", what, "name a server that takes dynamic updates (RFC 2136)");
    case rcode.servFail:
      return problem(
        "dns/server-trouble",
        what,
        "read its log; most often it may not write the zone's journal, or the zone did not load",
      );
    default:
      return problem("dns/refused", what, "read the server's log for what it did not like");
  }
}

export function notAuthoritative(wish: DnsWish): Problem {
  return problem(
    "dns/not-its-zone",
    `${shownServer(wish.server)} answers for ${wish.name} what it has heard from others: the zone ${wish.zone} is not its own, or the name lies in a zone below`,
    notOurZone,
  );
}

export function notAsWished(wish: DnsWish, now: string): Problem {
  return problem(
    "dns/not-as-wished",
    `${shownServer(wish.server)} took the change, and yet ${wish.name} ${wish.type} is: ${now}`,
    "see what else changes the name, and whether records of another type stand there: an alias (CNAME) stands alone, and a server passes over what does not go with it",
  );
}

export function foreignEpoch(wish: DnsWish, epochName: string): Problem {
  return problem(
    "dns/epoch-unreadable",
    `at ${epochName} of ${shownServer(wish.server)} stands what is no epoch`,
    `delete the TXT records at ${epochName}: the next change begins a new one`,
  );
}

export function contended(wish: DnsWish, tries: number): Problem {
  return problem(
    "dns/contended",
    `the epoch of ${wish.name} was changed by somebody else before each of ${tries} tries`,
    "see who else changes this name under the same plan, and apply the step again",
  );
}

function shownTime(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}
