import protobuf from "protobufjs/light.js";

/**
 * What is said to etcd and heard from it: of its API, version 3, the messages and fields that a coordination store needs, and whoever lets
 * it in, under the numbers that they have there (`rpc.proto`, `kv.proto` and `auth.proto` of etcd). Fields that are not named here are passed over.
 *
 * 64-bit whole numbers are texts: a lease's is too large for a number of JavaScript.
 */
const messages = {
  ResponseHeader: { revision: "int64 3" },
  KeyValue: { key: "bytes 1", modRevision: "int64 3", value: "bytes 5" },

  RangeRequest: { key: "bytes 1", rangeEnd: "bytes 2" },
  RangeResponse: { header: "ResponseHeader 1", kvs: "KeyValue[] 2" },
  PutRequest: { key: "bytes 1", value: "bytes 2", lease: "int64 3" },
  DeleteRangeRequest: { key: "bytes 1" },
  RequestOp: { range: "RangeRequest 1", put: "PutRequest 2", deleteRange: "DeleteRangeRequest 3" },
  ResponseOp: { range: "RangeResponse 1" },
  Compare: { result: "int32 1", target: "int32 2", key: "bytes 3", modRevision: "int64 6" },
  TxnRequest: { compare: "Compare[] 1", success: "RequestOp[] 2", failure: "RequestOp[] 3" },
  TxnResponse: { header: "ResponseHeader 1", succeeded: "bool 2", responses: "ResponseOp[] 3" },

  LeaseGrantRequest: { seconds: "int64 1" },
  LeaseGrantResponse: { id: "int64 2", seconds: "int64 3" },
  LeaseRevokeRequest: { id: "int64 1" },
  LeaseRevokeResponse: {},
  LeaseKeepAliveRequest: { id: "int64 1" },
  LeaseKeepAliveResponse: { id: "int64 2", seconds: "int64 3" },

  WatchRequest: { create: "WatchCreateRequest 1", progress: "WatchProgressRequest 3" },
  WatchCreateRequest: { key: "bytes 1", rangeEnd: "bytes 2", startRevision: "int64 3" },
  WatchProgressRequest: {},
  WatchResponse: {
    header: "ResponseHeader 1",
    created: "bool 3",
    canceled: "bool 4",
    compactRevision: "int64 5",
    cancelReason: "string 6",
    events: "Event[] 11",
  },
  Event: { type: "int32 1", kv: "KeyValue 2" },

  AuthenticateRequest: { name: "string 1", password: "string 2" },
  AuthenticateResponse: { token: "string 2" },
  UserAddRequest: { name: "string 1", password: "string 2" },
  UserChangePasswordRequest: { name: "string 1", password: "string 2" },
  UserGrantRoleRequest: { user: "string 1", role: "string 2" },
  RoleAddRequest: { name: "string 1" },
  RoleGrantPermissionRequest: { name: "string 1", permission: "Permission 2" },
  Permission: { type: "int32 1", key: "bytes 2", rangeEnd: "bytes 3" },
  AuthEnableRequest: {},
  Done: {},
} as const;

type Messages = typeof messages;
export type MessageName = keyof Messages;
type Named<Field extends string> = Field extends `${infer Type} ${number}` ? Type : never;
type Value<Type extends string> = Type extends `${infer Item}[]`
  ? readonly Value<Item>[]
  : Type extends "bytes"
    ? Uint8Array
    : Type extends "int64" | "string"
      ? string
      : Type extends "int32"
        ? number
        : Type extends "bool"
          ? boolean
          : Type extends MessageName
            ? Message<Type>
            : never;

/** What is heard: every field has a value, `null` where a message within it was left out. */
export type Message<Name extends MessageName> = {
  readonly [Field in keyof Messages[Name]]:
    | Value<Named<Messages[Name][Field] & string>>
    | (Named<Messages[Name][Field] & string> extends MessageName ? null : never);
};

/** What is said: fields that are left out have the value that etcd takes for none. */
export type Said<Name extends MessageName> = {
  readonly [Field in keyof Messages[Name]]?: SaidValue<Named<Messages[Name][Field] & string>>;
} & (Name extends "TxnRequest" ? Guarded : unknown);

/**
 * What a transaction cannot be said without. A transaction is the one call here that changes a key, and etcd carries out at once what
 * compares nothing: so a write that nothing guards cannot be expressed.
 */
interface Guarded {
  readonly compare: readonly [GuardedKey, ...GuardedKey[]];
}
type GuardedKey = Required<Said<"Compare">>;
type SaidValue<Type extends string> = Type extends `${infer Item}[]`
  ? readonly SaidValue<Item>[]
  : Type extends MessageName
    ? Said<Type>
    : Value<Type>;

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries(
    Object.entries(messages).map(([name, fields]) => [name, { fields: fieldsOf(fields) }]),
  ),
});

function fieldsOf(fields: Readonly<Record<string, string>>): Record<string, protobuf.IField> {
  return Object.fromEntries(
    Object.entries(fields).map(([field, text]) => {
      const [type = "", id = ""] = text.split(" ");
      const item = { type: type.replace("[]", ""), id: Number(id) };
      return [field, type.endsWith("[]") ? { ...item, rule: "repeated" } : item];
    }),
  );
}

export function encoded<Name extends MessageName>(name: Name, said: Said<Name>): Buffer {
  const type = root.lookupType(name);
  return Buffer.from(type.encode(type.fromObject(said)).finish());
}

/** @throws where the bytes are none of such a message */
export function decoded<Name extends MessageName>(name: Name, bytes: Uint8Array): Message<Name> {
  const type = root.lookupType(name);
  const options = { longs: String, bytes: Buffer, defaults: true, arrays: true, objects: true };
  return type.toObject(type.decode(bytes), options) as Message<Name>;
}

/** A question that has one answer. */
export interface Unary<Asked extends MessageName, Answered extends MessageName> {
  readonly path: string;
  readonly asked: Asked;
  readonly answered: Answered;
}

export const calls = {
  range: { path: "/etcdserverpb.KV/Range", asked: "RangeRequest", answered: "RangeResponse" },
  txn: { path: "/etcdserverpb.KV/Txn", asked: "TxnRequest", answered: "TxnResponse" },
  grant: {
    path: "/etcdserverpb.Lease/LeaseGrant",
    asked: "LeaseGrantRequest",
    answered: "LeaseGrantResponse",
  },
  revoke: {
    path: "/etcdserverpb.Lease/LeaseRevoke",
    asked: "LeaseRevokeRequest",
    answered: "LeaseRevokeResponse",
  },
  authenticate: {
    path: "/etcdserverpb.Auth/Authenticate",
    asked: "AuthenticateRequest",
    answered: "AuthenticateResponse",
  },
  addUser: { path: "/etcdserverpb.Auth/UserAdd", asked: "UserAddRequest", answered: "Done" },
  changePassword: {
    path: "/etcdserverpb.Auth/UserChangePassword",
    asked: "UserChangePasswordRequest",
    answered: "Done",
  },
  addRole: { path: "/etcdserverpb.Auth/RoleAdd", asked: "RoleAddRequest", answered: "Done" },
  grantPermission: {
    path: "/etcdserverpb.Auth/RoleGrantPermission",
    asked: "RoleGrantPermissionRequest",
    answered: "Done",
  },
  grantRole: { path: "/etcdserverpb.Auth/UserGrantRole", asked: "UserGrantRoleRequest", answered: "Done" },
  enableAuth: { path: "/etcdserverpb.Auth/AuthEnable", asked: "AuthEnableRequest", answered: "Done" },
} as const satisfies Record<string, Unary<MessageName, MessageName>>;

/** Questions and answers that follow one another in one stream. */
export const streams = {
  keepAlive: {
    path: "/etcdserverpb.Lease/LeaseKeepAlive",
    asked: "LeaseKeepAliveRequest",
    answered: "LeaseKeepAliveResponse",
  },
  watch: { path: "/etcdserverpb.Watch/Watch", asked: "WatchRequest", answered: "WatchResponse" },
} as const satisfies Record<string, Unary<MessageName, MessageName>>;

/** `result` and `target` of a comparison: the key was last changed at exactly this revision; 0 where it is not there. */
export const isAtModRevision = { result: 0, target: 2 } as const;
/** `type` of a permission: to read and to write. */
export const readsAndWrites = 2;
/** `type` of an event. */
export const deletion = 1;
