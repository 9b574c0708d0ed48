// The whole flow of a client against a real authorization server and a protected server on this machine.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startAuthorizationServer } from "../../examples/authorization/authorization-server.js";
import { browse, redirectUri } from "../../examples/authorization/flow.js";
import { startProtectedServer } from "../../examples/authorization/protected-server.js";
import { connect } from "../connect.js";
import { authorizationCode } from "./index.js";

test("x", async () => {
  const as = await startAuthorizationServer({ redirectUri });
  const server = await startProtectedServer(as.issuer);
  const urls: string[] = [];
  const authorization = authorizationCode({
    redirectUri,
    redirect: (url) => {
      urls.push(url.href);
      return browse(url);
    },
  });
  const client = await connect(server.url, { authorization });
  console.log(await client.callTool("whoami"));
  console.log(await client.callTool("write_file"));
  console.log(urls);
  await client.close();
  await server.close();
  await as.close();
  assert.ok(true);
});
test.run();
