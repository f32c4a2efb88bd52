/** The records of one type at one name, as a DNS server is to hold them. Plain data. */
export interface DnsWish {
  /** The primary server of the zone, which takes updates; never one that forwards them. */
  readonly server: { readonly host: string; readonly port: number };
  readonly zone: string;
  /** Whole, as in `api.example.com`; the final dot may be there or not. */
  readonly name: string;
  readonly type: DnsType;
  readonly ttlSeconds: number;
  /** Addresses, one name for a `CNAME`, or texts. All that shall be there, and at least one. */
  readonly values: readonly string[];
  /** A file with one key, as BIND writes it: `key "name" { algorithm hmac-sha256; secret "…"; };`. */
  readonly keyFile: string;
}

export type DnsType = "A" | "AAAA" | "CNAME" | "TXT";

/** The servers of one backend of HAProxy. Servers that are not named stay as they are. Plain data. */
export interface ProxyWish {
  readonly socket: ProxySocket;
  readonly backend: string;
  /** By name. */
  readonly servers: Readonly<Record<string, ProxyServerWish>>;
  /** `may-go`: the backend may be left without a server that is ready. */
  readonly lastPlace: "stays" | "may-go";
  /** Where the epoch of the backend is kept, one file for each; written by the one process that guards the proxy. */
  readonly epochFile: string;
}

/** Where HAProxy's runtime API answers, with `level admin`. */
export type ProxySocket =
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

/**
 * - `ready`: takes new requests
 * - `drain`: takes none, and ends what it has begun
 * - `maint`: takes none; what it has begun goes on, or is cut (`cut`), which fences a database off
 */
export type ProxyServerWish =
  | { readonly state: "ready" | "drain"; readonly weight: ProxyWeight }
  | { readonly state: "maint"; readonly weight: ProxyWeight; readonly sessions: "keep" | "cut" };

/** From 0 to 256, a server's share of new requests being its weight over that of all; `null`: as it is. */
type ProxyWeight = number | null;

/** What stands in a folder of Terraform or OpenTofu, brought about with these variables. Plain data. */
export interface TerraformWish {
  /** The program: its path, or a name that the environment's `PATH` finds. */
  readonly program: string;
  /** The root module. It has been initialised (`terraform init`), which is never done here. */
  readonly directory: string;
  /** As after `-var`. Nothing secret: that comes by the environment, as `TF_VAR_name`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Addresses after `-target`; none: everything. */
  readonly targets?: readonly string[];
  /** Names of what is passed on of our environment, such as a provider's credentials. Nothing else is. */
  readonly environment: readonly string[];
  /** Where the epoch is kept, one file for each folder; the plan that was looked at is kept beside it. */
  readonly epochFile: string;
}

/** A step that has no actuator of its own: a program of the user's, or a request to a service of the user's. Plain data. */
export type RunWish = ProgramWish | RequestWish;

/** Names a step to whoever carries it out: letters, digits, `.`, `_` and `-`. */
export interface StepName {
  readonly plan: string;
  readonly step: string;
}

export interface ProgramWish extends StepName {
  readonly kind: "exec";
  /** The program and its arguments, as they are: there is no shell. */
  readonly command: readonly [string, ...string[]];
  readonly directory: string;
  /** Names of what is passed on of our environment. Nothing else is, but for what tells the step and its epoch. */
  readonly environment: readonly string[];
  readonly timeoutSeconds: number;
  /** Prints how it is and how it will be, and changes nothing; `null`: nobody can know. */
  readonly check: readonly [string, ...string[]] | null;
}

export interface RequestWish extends StepName {
  readonly kind: "http";
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  /** Without a name and a password in it. */
  readonly url: string;
  /** By header the name of what holds its value in our environment, so that no secret stands here. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: { readonly type: string; readonly text: string } | null;
  /** Those of which each says that it is done. */
  readonly expectedStatus: readonly number[];
  readonly timeoutSeconds: number;
  /** Where a GET with the same headers answers how it is and how it will be; `null`: nobody can know. */
  readonly check: string | null;
}
