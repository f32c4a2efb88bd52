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
