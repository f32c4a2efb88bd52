import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export interface CertifiedKey {
  readonly key: string;
  readonly certificate: string;
}

/** An authority of its own and what it signs, made by `openssl` in a folder. Paths of PEM files. */
export class TestAuthority {
  readonly certificate: string;
  readonly #key: string;
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
    this.#key = join(folder, "authority.key");
    this.certificate = join(folder, "authority.pem");
    const subject = ["-subj", "/CN=an authority of a test", "-days", "2"];
    openssl(["req", "-x509", ...newKey, ...subject, "-keyout", this.#key, "-out", this.certificate]);
  }

  /** For 127.0.0.1, as a server and as a client. @param days 0: it has expired when it is first shown */
  signed(name: string, days = 2): CertifiedKey {
    const { key, request, certificate, extensions } = this.#asked(name);
    const signer = ["-CA", this.certificate, "-CAkey", this.#key, "-CAcreateserial"];
    const form = ["-days", String(days), "-extfile", extensions];
    openssl(["x509", "-req", "-in", request, ...signer, ...form, "-out", certificate]);
    return { key, certificate };
  }

  /** The same, valid from now and to the second. Asked for again, it takes the place of the one before. */
  signedUntil(name: string, until: Date): CertifiedKey {
    const { key, request, certificate, extensions } = this.#asked(name);
    const [settings, register] = ["authority.cnf", "register"].map((file) => join(this.#folder, file)) as [
      string,
      string,
    ];
    writeFileSync(register, "");
    writeFileSync(
      settings,
      `[ca]\ndefault_ca=own\n[own]\ndatabase=${register}\nnew_certs_dir=${this.#folder}\ndefault_md=sha256\npolicy=any\nrand_serial=yes\n[any]\ncommonName=supplied\n`,
    );
    const signer = ["-config", settings, "-cert", this.certificate, "-keyfile", this.#key];
    const end = until.toISOString().replaceAll(/[-:T]|\.\d+/g, "");
    const form = ["-enddate", end, "-extfile", extensions, "-notext", "-batch"];
    openssl(["ca", ...signer, ...form, "-in", request, "-out", certificate]);
    return { key, certificate };
  }

  /** A new key, what asks for its certificate, and what that is to say. */
  #asked(name: string): CertifiedKey & { readonly request: string; readonly extensions: string } {
    const [key, request, certificate, extensions] = ["key", "csr", "pem", "ext"].map((ending) =>
      join(this.#folder, `${name}.${ending}`),
    ) as [string, string, string, string];
    writeFileSync(
      extensions,
      "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\nbasicConstraints=CA:FALSE\n",
    );
    openssl(["req", ...newKey, "-subj", `/CN=${name}`, "-keyout", key, "-out", request]);
    return { key, request, certificate, extensions };
  }
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

function openssl(args: readonly string[]): void {
  execFileSync("openssl", args, { stdio: "ignore" });
}
