import { test } from "uvu";
import * as assert from "uvu/assert";
import { reachOf } from "./addresses.js";

const hosts: Record<ReturnType<typeof reachOf>, readonly string[]> = {
  public: [
    "example.com",
    "8.8.8.8",
    "172.32.0.1",
    "100.128.0.1",
    "[2001:db8::1]",
    "[::ffff:808:808]",
    "[2606:4700::1]",
    "local.example",
  ],
  private: [
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "198.18.0.1",
    "[fc00::1]",
    "[fd12:3456::1]",
    "[::ffff:10.0.0.1]",
    "[64:ff9b::192.168.0.1]",
    "[fec0::1]",
    "[64:ff9b:1::a00:1]",
    "[64:ff9b::1]",
    "[2002:a00:1::]",
    "[2002::]",
    "[2001::1]",
    "[2001:0:a00:1::]",
    "[::7f00:1]",
    "[::ffff:0:a00:1]",
    "vault",
    "vault.",
    "printer.lan",
    "db.localdomain",
    "printer.local",
    "metadata.google.internal",
    "0xa.1.2.3",
    "167838211",
    "012.1.2.3",
  ],
  loopback: [
    "localhost",
    "localhost.",
    "a.localhost",
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "2130706433",
    "0.0.0.0",
    "0.1.2.3",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[64:ff9b::7f00:1]",
  ],
  never: ["169.254.169.254", "[::ffff:169.254.169.254]", "[fe80::1]", "[ff02::1]", "224.0.0.1", "255.255.255.255"],
};

for (const [reach, names] of Object.entries(hosts)) {
  test(reach, () => {
    for (const host of names) assert.is(reachOf(new URL(`https://${host}/`)), reach, host);
  });
}

test.run();
