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
