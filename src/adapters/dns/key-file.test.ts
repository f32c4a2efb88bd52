import { describe, expect, it } from "vitest";
import { keyIn } from "./key-file.ts";

const secret = "c2VjcmV0IG9mIGEgdGVzdA==";
const file = (body: string, name = '"holdfast"'): string => `key ${name} {\n${body}\n};\n`;
const whole = `algorithm hmac-sha256;\nsecret "${secret}";`;
const key = { name: "holdfast", algorithm: "hmac-sha256", secret: Buffer.from("secret of a test") };

describe("a key file", () => {
  it.each([
    ["of tsig-keygen", file(whole)],
    ["on one line", `key holdfast { algorithm HMAC-SHA256; secret ${secret}; };`],
    ["with a final dot", file(whole, '"Holdfast."')],
    ["with comments", `# mine // yes\n/* key "old" { }; */\n${file(`// key\n${whole} # so`)}`],
  ])("is read %s", (_, text) => {
    expect(keyIn(text)).toEqual(key);
  });

  it("may have two slashes in its secret", () => {
    const read = keyIn(file('algorithm hmac-sha512; secret "//8q//8=";'));
    expect(read).toEqual({ ...key, algorithm: "hmac-sha512", secret: Buffer.from("//8q//8=", "base64") });
  });

  it.each([
    ["nothing", "", "it holds 0 keys, and one is needed"],
    ["two keys", file(whole) + file(whole, "other"), "it holds 2 keys, and one is needed"],
    ["no name", file(whole, '"a..b"'), '"a..b" is no name of a key'],
    [
      "no algorithm",
      file(`secret "${secret}";`),
      "its algorithm is not given, and hmac-sha256, hmac-sha384, hmac-sha512 are known",
    ],
    [
      "a weak algorithm",
      file(`algorithm hmac-md5; secret "${secret}";`),
      "its algorithm is hmac-md5, and hmac-sha256, hmac-sha384, hmac-sha512 are known",
    ],
    ["no secret", file("algorithm hmac-sha256;"), "its secret is not written in Base64"],
    [
      "an odd secret",
      file('algorithm hmac-sha256; secret "not_base64";'),
      "its secret is not written in Base64",
    ],
    [
      "a cut secret",
      file('algorithm hmac-sha256; secret "c2VjcmV0I";'),
      "its secret is not written in Base64",
    ],
  ])("with %s is told", (_, text, because) => {
    expect(keyIn(text)).toBe(because);
  });
});
