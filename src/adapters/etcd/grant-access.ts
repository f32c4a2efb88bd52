import { type Asking, Endpoints, type EtcdPlace } from "./endpoints.ts";
import { EtcdFailure } from "./failure.ts";
import { KeySpace } from "./key-space.ts";
import { calls, type MessageName, readsAndWrites, type Said, type Unary } from "./wire.ts";

type Login = NonNullable<EtcdPlace["login"]>;

export interface AccessSettings extends Omit<EtcdPlace, "login"> {
  /** Who is to be let in. */
  readonly user: Login;
  /** Asked for only where something is to be changed. */
  readonly rootPassword: () => Promise<string>;
  /** Keys that begin with it are the user's, and no others. */
  readonly namespace: string;
}

/** Without this name etcd does not ask anybody to sign in. */
const root = "root";

/**
 * Makes an etcd ask whoever comes to sign in, and lets one user in, who reads and writes below one prefix. Done already, it does nothing; where
 * it was broken off, it goes on. A user whom etcd knows by another password is given this one by its root.
 *
 * @throws EtcdFailure `refused`: it lets in neither the user nor its root; other kinds: it may be asked again
 */
export async function grantAccess(settings: AccessSettings, signal: AbortSignal): Promise<void> {
  const found = await signedIn(settings, signal);
  if (found === "in") return;
  const own: Login = { name: root, password: await settings.rootPassword() };
  const isOpen = found === "open";
  const connected = new Endpoints({ ...settings, login: isOpen ? null : own });
  try {
    const asking = { signal, mayBeRepeated: true };
    // A root is there already where it is signed in as.
    if (isOpen) await setUser(connected, { ...own, role: root }, asking);
    const { user } = settings;
    const permission = { ...new KeySpace(settings.namespace).rangeOf(""), type: readsAndWrites };
    await make(connected, { call: calls.addRole, said: { name: user.name } }, asking);
    await connected.ask(calls.grantPermission, { name: user.name, permission }, asking);
    await setUser(connected, { ...user, role: user.name }, asking);
    if (isOpen) await connected.ask(calls.enableAuth, {}, asking);
  } catch (error) {
    // A member that lagged behind has said that nobody needs to sign in, and has caught up meanwhile.
    if (!isOpen || !(error instanceof EtcdFailure) || error.kind !== "refused") throw error;
    throw new EtcdFailure("not-done", error.message, error);
  } finally {
    connected.close();
  }
}

/** `open`: nobody needs to; `refused`: not with this password. */
async function signedIn(
  { endpoints, tls, user }: AccessSettings,
  signal: AbortSignal,
): Promise<"in" | "open" | "refused"> {
  const connected = new Endpoints({ endpoints, tls, login: null });
  try {
    await connected.ask(calls.authenticate, user, { signal, mayBeRepeated: true });
    return "in";
  } catch (error) {
    if (error instanceof EtcdFailure && (error.kind === "open" || error.kind === "refused"))
      return error.kind;
    throw error;
  } finally {
    connected.close();
  }
}

async function setUser(
  connected: Endpoints,
  { name, password, role }: Login & { readonly role: string },
  asking: Asking,
): Promise<void> {
  const made = await make(connected, { call: calls.addUser, said: { name, password } }, asking);
  if (made === "there") await connected.ask(calls.changePassword, { name, password }, asking);
  await connected.ask(calls.grantRole, { user: name, role }, asking);
}

interface Making<Asked extends MessageName> {
  readonly call: Unary<Asked, "Done">;
  readonly said: Said<Asked>;
}

/** @returns whether it was there before */
async function make<Asked extends MessageName>(
  connected: Endpoints,
  { call, said }: Making<Asked>,
  asking: Asking,
): Promise<"made" | "there"> {
  try {
    await connected.ask(call, said, asking);
    return "made";
  } catch (error) {
    if (error instanceof EtcdFailure && error.kind === "exists") return "there";
    throw error;
  }
}
